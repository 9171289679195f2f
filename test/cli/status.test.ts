import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { serveAdmin } from "../../src/admin/server.ts";
import { main } from "../../src/cli/main.ts";
import { commandOptions } from "../../src/cli/options.ts";
import { status } from "../../src/cli/status.ts";
import type { Status } from "../../src/model/status.ts";
import { socketIn } from "../../src/state/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { aStatus } from "../builders.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";
import { ioOf } from "./frame.ts";

let folder: string;
let said: Status;

beforeEach(async () => {
  folder = tempFolder("status");
  said = aStatus();
  const server = await serveAdmin({ socket: socketIn(folder) }, { status: () => said, isTurning: () => true });
  atEnd(() => server.close());
});

/** A pipe, which is read by nobody in particular. */
function pipe(): number {
  const path = join(tempFolder("pipe"), "pipe");
  execFileSync("sh", ["-c", 'mkfifo "$0"', path]);
  const fd = openSync(path, constants.O_RDWR);
  atEnd(() => closeSync(fd));
  return fd;
}

/** What Node gives its children for a pipe. */
async function socket(): Promise<{ readonly fd: number; readonly leave: () => void }> {
  const path = join(tempFolder("socket"), "socket");
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  const accepted = new Promise<Socket>((resolve) => void server.once("connection", resolve));
  const ours = createConnection({ path, allowHalfOpen: true });
  const theirs = await accepted;
  atEnd(() => {
    ours.destroy();
    server.close();
  });
  return { fd: (ours as unknown as { readonly _handle: { readonly fd: number } })._handle.fd, leave: () => theirs.destroy() };
}

const watch = (io: ReturnType<typeof ioOf>) => main(["status", "--watch", "--state-dir", folder], io);

describe("status --watch", () => {
  it("goes on at each change until writing says that nobody reads", async () => {
    const io = ioOf();
    const ended = watch(io);
    await until("the first status", () => io.out().includes("in_sync"));
    said = aStatus({ state: "pending", reason: "a reload" });
    await until("the change", () => io.out().includes("pending: a reload"));
    io.fail("stdout", "EPIPE");
    expect(await ended).toBe(1);
    expect(io.err()).toBe("");
  });

  it("ends when nobody reads its socket any more, although nothing changes", async () => {
    const { fd, leave } = await socket();
    const io = ioOf({ fd });
    const ended = watch(io);
    await until("the first status", () => io.out().includes("in_sync"));
    leave();
    expect(await ended).toBe(0);
  });

  it.each([
    ["a pipe every ten seconds, since only a write shows that nobody reads it", true],
    ["nothing else", false],
  ])("says the same again to %s", async (_, isPipe) => {
    const io = ioOf(isPipe ? { fd: pipe() } : {});
    let [time, turns] = [0, 0];
    const clock = {
      ...systemClock,
      now: () => time,
      sleep: async (ms: number) => {
        time += ms;
        turns++;
        if (turns === 70) io.fail("stdout", "EPIPE");
      },
    };
    const options = { ...commandOptions({ stateDir: folder }, io), json: true, watch: true };
    expect(await status(options, io, clock)).toBe(0);
    expect(io.out().split("\n")).toHaveLength(isPipe ? 5 : 2);
  });
});

describe("status", () => {
  it("asks the daemon also when the configuration is no good any more, and says that it is not", async () => {
    const broken = join(tempFolder("broken"), "upstreamd.yaml");
    writeFileSync(broken, `state_dir: ${folder}\nupstreams: { api: { algoritm: random } }\n`);
    const io = ioOf();
    expect(await main(["status", "--json", "-c", broken], io)).toBe(0);
    expect(JSON.parse(io.out())).toMatchObject({ state: "in_sync" });
    expect(io.err()).toBe("the configuration cannot be used as it is now; upstreamd check says why\n");
  });

  it("prints no character of a reason that a terminal would obey", async () => {
    said = aStatus({ state: "blocked", reason: "nginx said \u001b[31m" });
    const io = ioOf();
    expect(await main(["status", "--state-dir", folder], io)).toBe(1);
    expect(io.out()).toContain("blocked: nginx said \\u{1b}[31m\n");
  });
});
