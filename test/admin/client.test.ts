import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fetchStatus } from "../../src/admin/client.ts";
import { serveAdmin } from "../../src/admin/server.ts";
import { aStatus } from "../builders.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";

const newSocket = () => join(tempFolder("client"), "upstreamd.sock");

/** Something at the control socket that is no daemon of ours. */
async function standIn(listener: RequestListener): Promise<string> {
  const socket = newSocket();
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

describe("fetchStatus", () => {
  test("gives what the daemon says", async () => {
    const socket = newSocket();
    const status = aStatus({ reason: "grüße \u2028" });
    const server = await serveAdmin({ socket }, { status: () => status, isTurning: () => true });
    atEnd(() => server.close());
    expect(await fetchStatus(socket, 5_000)).toEqual(status);
  });

  test("without a daemon it says where it looked, and exits with 3", async () => {
    const socket = newSocket();
    await expect(fetchStatus(socket, 5_000)).rejects.toMatchObject({
      code: "NO_DAEMON",
      exit: 3,
      message: expect.stringMatching(new RegExp(`^No daemon answers on ${socket}: .*ENOENT`)),
      hint: expect.stringContaining("upstreamd run"),
    });
  });

  test.each<[string, RequestListener, RegExp]>([
    ["hangs", () => undefined, /no answer within 100 ms$/],
    [
      "breaks off",
      (_request, response) => response.writeHead(200, { "content-length": "99" }).write("{", () => response.destroy()),
      /aborted|hang up|ECONNRESET/,
    ],
    ["answers with something else", (_request, response) => response.writeHead(404).end("not here"), /status 404.* is not JSON$/],
  ])("a daemon that %s is none", async (_name, listener, message) => {
    await expect(fetchStatus(await standIn(listener), 100)).rejects.toMatchObject({
      code: "NO_DAEMON",
      message: expect.stringMatching(message),
    });
  });
});
