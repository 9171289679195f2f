import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serveAdmin } from "../../src/admin/server.ts";
import type { Status } from "../../src/model/status.ts";
import { openStore, socketIn } from "../../src/state/store.ts";
import { SILENT } from "../../src/support/log.ts";
import { aStatus } from "../builders.ts";
import { CLOCK } from "../state/a-store.ts";
import { atEnd } from "../support/cleanup.ts";
import { freePort } from "../support/ports.ts";
import { tempFolder } from "../support/tmp.ts";
import { ask, type Door, sendRaw } from "./asking.ts";

const SUBJECT = { status: () => aStatus(), isTurning: () => true };

async function serving(status: () => Status = aStatus, isTurning = () => true): Promise<Door & { port: number }> {
  const door = { host: "127.0.0.1", port: await freePort() };
  const server = await serveAdmin(door, { status, isTurning });
  atEnd(() => server.close());
  return door;
}

describe("serveAdmin", () => {
  test("GET /livez is 200 whatever the state, and 503 when the loop does not turn", async () => {
    let turning = true;
    const door = await serving(
      () => aStatus({ state: "blocked" }),
      () => turning,
    );
    expect(await ask(door, "/livez")).toMatchObject({ status: 200, body: "alive\n" });
    turning = false;
    expect((await ask(door, "/livez")).status).toBe(503);
  });

  test("a status that throws is a 500 and not the end of the daemon", async () => {
    const door = await serving(() => {
      throw new Error("cannot tell");
    });
    expect(await ask(door, "/status")).toMatchObject({ status: 500, body: expect.stringContaining("cannot tell") });
  });

  test("GET /readyz is 200 only in sync with a believed Consul, else 503 with the reason", async () => {
    let now = aStatus();
    const door = await serving(() => now);
    expect(await ask(door, "/readyz")).toMatchObject({ status: 200, body: "ready\n" });
    for (const state of ["starting", "pending", "blocked", "stale"] as const) {
      now = aStatus({ state, reason: "the port is taken" });
      expect(await ask(door, "/readyz")).toMatchObject({ status: 503, body: `${state}: the port is taken\n` });
    }
    now = aStatus({ consul: { state: "no_leader", reason: "there is none", last_answer_age_s: 9 } });
    expect((await ask(door, "/readyz")).status).toBe(503);
  });

  test("GET /status is the status as JSON, fresh each time and never cached", async () => {
    let now = aStatus();
    const door = await serving(() => now);
    const { status, headers, body } = await ask(door, "/status?pretty");
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
    expect(JSON.parse(body)).toEqual(now);
    now = aStatus({ state: "pending" });
    expect(JSON.parse((await ask(door, "/status")).body)).toMatchObject({ state: "pending" });
  });

  test("GET / is a page for people", async () => {
    const { status, headers, body } = await ask(await serving(), "/");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).toContain("<h1>in_sync</h1>");
  });

  test("HEAD is answered like GET, without a body", async () => {
    const door = await serving(() => aStatus({ state: "stale" }));
    expect(await ask(door, "/readyz", "HEAD")).toMatchObject({ status: 503, body: "" });
  });

  test.each(["/nothing", "/status/", "//", "/livez/x", "/constructor", "/__proto__", "/%2e%2e/etc/passwd", "/LIVEZ"])(
    "%s is 404",
    async (path) => {
      const { status, headers, body } = await ask(await serving(), path);
      expect(status).toBe(404);
      expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
      expect(body).toContain("/livez, /readyz, /status");
    },
  );

  test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s is 405: nothing here changes anything", async (method) => {
    expect(await ask(await serving(), "/status", method)).toMatchObject({ status: 405 });
    expect(await ask(await serving(), "/nothing", method)).toMatchObject({ status: 404 });
  });

  test.each(["constructor", "__proto__", "http://evil/status", "*"])(
    "a request for %s is refused, and the server goes on",
    async (target) => {
      const door = await serving();
      expect(await sendRaw(door.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 40[04] /);
      expect((await ask(door, "/livez")).status).toBe(200);
    },
  );

  test("says where it cannot listen, and what to do", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    atEnd(() => other.close());
    await expect(serveAdmin({ host: "127.0.0.1", port }, SUBJECT)).rejects.toMatchObject({
      code: "LISTEN",
      message: expect.stringMatching(new RegExp(`^Cannot listen on 127.0.0.1:${port}: .*EADDRINUSE`)),
      hint: expect.stringContaining("admin.listen"),
    });
  });

  test("closes at once, although somebody keeps a connection, and listens no longer", async () => {
    const door = { host: "127.0.0.1", port: await freePort() };
    const server = await serveAdmin(door, SUBJECT);
    const lingering = sendRaw(door.port, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /st");
    await ask(door, "/livez");
    await server.close();
    await lingering;
    await expect(ask(door, "/livez")).rejects.toThrow("ECONNREFUSED");
  });
});

describe("serveAdmin on the control socket", () => {
  test("answers the same, and takes the socket with it", async () => {
    const socketPath = join(tempFolder("admin"), "upstreamd.sock");
    const server = await serveAdmin({ socket: socketPath }, SUBJECT);
    expect(await ask({ socketPath }, "/readyz")).toMatchObject({ status: 200 });
    await server.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  test("a socket that a killed daemon left stands in the way until the state folder is opened", async () => {
    const dir = tempFolder("admin");
    const socket = socketIn(dir);
    writeFileSync(socket, "");
    await expect(serveAdmin({ socket }, SUBJECT)).rejects.toMatchObject({ code: "STATE_DIR", message: expect.stringContaining(socket) });
    const { release } = await openStore(dir, CLOCK, SILENT);
    const server = await serveAdmin({ socket }, SUBJECT);
    expect((await ask({ socketPath: socket }, "/livez")).status).toBe(200);
    await server.close();
    await release();
  });

  test("says where it cannot listen for want of a folder", async () => {
    const socket = join(tempFolder("admin"), "none", "x.sock");
    await expect(serveAdmin({ socket }, SUBJECT)).rejects.toMatchObject({ code: "STATE_DIR", message: expect.stringContaining(socket) });
  });

  test("listens on a path of 107 bytes, and refuses a longer one, which the kernel would cut off", async () => {
    const dir = tempFolder("admin");
    const longest = join(dir, "x".repeat(107 - Buffer.byteLength(dir) - 1));
    const server = await serveAdmin({ socket: longest }, SUBJECT);
    expect(existsSync(longest)).toBe(true);
    await server.close();
    await expect(serveAdmin({ socket: `${longest}x` }, SUBJECT)).rejects.toMatchObject({
      code: "STATE_DIR",
      message: `Cannot listen on ${longest}x: its path has 108 bytes, and that of a socket may have 107`,
      hint: expect.stringContaining("state_dir"),
    });
    expect(readdirSync(dir)).toEqual([]);
  });
});
