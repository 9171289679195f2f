import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PlacedFile } from "../../src/model/files.ts";
import { hashText } from "../../src/model/hash.ts";
import type { Host, RunningVerdict } from "../../src/model/host.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { runningIsKnown } from "../../src/model/running.ts";
import { readMoment } from "../../src/nginx/proc.ts";
import { startChild } from "../support/child.ts";
import { nginxVersions } from "../support/nginx-server.ts";
import { freePort } from "../support/ports.ts";
import { until } from "../support/until.ts";
import { hostFor, placeText, startSite, upstream } from "./a-host.ts";
import { asNobody } from "./as-nobody.ts";

async function reload(host: Host): Promise<RunningVerdict> {
  const told = await host.signal();
  if (told.verdict !== "signalled") throw new Error(JSON.stringify(told));
  return host.verify(told.before);
}

/** Places `text`, and what is to be remembered of that. */
async function placedText(host: Host, path: string, text: string): Promise<readonly PlacedFile[]> {
  const placings = await placeText(host, path, text);
  return placings.map((placing) => ({ ...placing, protocol: "http", hash: hashText(text) }));
}

describe.each(nginxVersions)("a reload of nginx (%s)", (version) => {
  test("is verified when all workers are new ones", async () => {
    const { host, nginx, destination } = await startSite({ version, workers: 2 });
    const before = await host.observe();
    expect(before).toMatchObject({ state: "running", versionFrom: "master", processes: 2, reason: null });
    expect(before.version).toBe(version === "debian" ? "1.22.1" : "1.31.3");
    await placeText(host, destination, upstream("api"));

    const verdict = await reload(host);

    expect(verdict).toMatchObject({ verdict: "verified", checked: true, master: { pid: nginx.pid() } });
    expect(verdict.verdict === "verified" && new Set(verdict.workers.map(({ pid }) => pid))).toEqual(new Set(nginx.workers()));
    const old = before.workers.map(({ pid }) => pid);
    const after = await host.observe();
    expect(after.workers.filter(({ pid, state }) => state === "live" && old.includes(pid))).toEqual([]);
    const youngest = Math.max(...before.workers.map(({ startTicks }) => startTicks));
    expect(after.workers.filter(({ state, startTicks }) => state === "live" && startTicks < youngest)).toEqual([]);
    expect(nginx.reloads()).toBe(1);
  });

  test("tells on one clock when processes were started and when it looked", async () => {
    const from = readMoment();
    const { host } = await startSite({ version });
    const { at, master, workers, isHidden } = await host.observe();
    expect({ boot: at.boot, isHidden }).toEqual({ boot: from.boot, isHidden: false });
    for (const { startTicks } of [master, ...workers].flatMap((one) => one ?? [])) {
      expect(startTicks).toBeGreaterThanOrEqual(from.ticks);
      expect(startTicks).toBeLessThanOrEqual(at.ticks);
    }
    expect(workers).toHaveLength(2);
  });

  test("makes known what runs: workers that were started after the file was placed, and no others", async () => {
    const { host, destination } = await startSite({ version });
    const placed = await placedText(host, destination, upstream("api"));
    const isKnown = async () => runningIsKnown({ ...EMPTY_MEMORY, placed }, "a1", await host.observe(), await host.read([destination]));
    expect(await isKnown()).toBe(false);
    // A reload in the very tick of the placing proves nothing by the clock alone.
    await until("the next tick", () => readMoment().ticks > (placed[0]?.placedAt.ticks ?? 0), { everyMs: 1 });
    expect(await reload(host)).toMatchObject({ verdict: "verified" });
    expect(await isKnown()).toBe(true);
  });

  test("is not verified when a port is taken, and quotes the master", async () => {
    const { host, nginx } = await startSite({ version });
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    nginx.write("conf.d/site.conf", `server { listen 127.0.0.1:${port}; }\n`);
    expect(await host.testLive()).toEqual({ verdict: "accepted", strength: "whole" });
    const workers = nginx.workers();

    const verdict = await reload(host);
    other.close();

    expect(verdict).toMatchObject({ verdict: "not_verified" });
    expect(JSON.stringify(verdict)).toMatch(new RegExp(`bind\\(\\) to 127.0.0.1:${port} failed \\(98: .*still could not bind`));
    expect(nginx.workers()).toEqual(workers);
  });

  test("of a broken file is not verified, long before the deadline", async () => {
    const { host, nginx } = await startSite({ version });
    nginx.write("conf.d/site.conf", "nonsense;\n");
    const started = performance.now();
    const verdict = await reload(host);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(verdict).toMatchObject({ verdict: "not_verified", reason: expect.stringContaining('unknown directive "nonsense"') });
  });

  test("is not verified when the new workers die, and the next one is", async () => {
    const folder = join("/tmp", `upstreamd-gone-${process.pid}-${version}`);
    mkdirSync(folder, { recursive: true });
    const { host } = await startSite({ version, main: `working_directory ${folder};` });
    rmSync(folder, { recursive: true });
    const started = performance.now();
    const verdict = await reload(host);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(verdict).toMatchObject({ verdict: "not_verified", reason: expect.stringMatching(/chdir\(.*\) failed \(2: /) });
    await until("the end of all workers", async () => (await host.observe()).state === "no_workers");

    mkdirSync(folder);
    expect(await reload(host)).toMatchObject({ verdict: "verified" });
    rmSync(folder, { recursive: true });
  });

  test("that comes while the master still reads for another one is proven by its own workers only", async () => {
    const { host, nginx, destination } = await startSite({ version });
    const big = Array.from({ length: 30_000 }, (_, i) => `server 10.${i >> 14}.${(i >> 7) & 127}.${i & 127}:80;`).join("\n");
    await placeText(host, destination, `upstream api { ${big} }\n`);
    nginx.signal("SIGHUP");
    await until("the first reload to begin", () => nginx.reloads() === 1, { everyMs: 1 });

    const verdict = await reload(host);

    expect(verdict).toMatchObject({ verdict: "verified" });
    expect(nginx.reloads()).toBe(2);
    expect(verdict.verdict === "verified" && new Set(verdict.workers.map(({ pid }) => pid))).toEqual(new Set(nginx.workers()));
  });

  test("by a command is verified like any other, and its words are told when it fails", async () => {
    const { nginx } = await startSite({ version });
    const { host } = hostFor(nginx, { settings: { reload: { command: ["/bin/sh", "-c", `kill -HUP ${nginx.pid()}`] } } });
    expect(await reload(host)).toMatchObject({ verdict: "verified" });
    const failing = hostFor(nginx, { settings: { reload: { command: ["/bin/sh", "-c", "echo not today >&2; exit 3"] } } });
    expect(await failing.host.signal()).toMatchObject({ verdict: "failed", reason: expect.stringMatching(/failed \(3\): not today/) });
  });

  test("is not begun when it could bring the processes above the limit", async () => {
    const { nginx } = await startSite({ version, workers: 3 });
    const { host } = hostFor(nginx, { settings: { processLimit: 5 } });
    expect(await host.obstacle()).toContain(" 6 processes");
    expect(await host.signal()).toMatchObject({
      verdict: "failed",
      reason: expect.stringMatching(/ 6 processes, above nginx.process_limit \(5\)/),
    });
    expect(nginx.reloads()).toBe(0);
  });

  test("is not begun while the binary is upgraded", async () => {
    const { host, nginx } = await startSite({ version });
    writeFileSync(`${nginx.pidFile}.oldbin`, String(nginx.pid()));
    expect(await host.obstacle()).toContain(".oldbin");
    expect(await host.signal()).toMatchObject({ verdict: "failed", reason: expect.stringContaining(".oldbin") });
    writeFileSync(`${nginx.pidFile}.oldbin`, "4194304");
    expect(await host.obstacle()).toBeNull();
    expect(await reload(host)).toMatchObject({ verdict: "verified" });
  });

  test("of an operator who does it himself is left to him, and believed when nothing is to be verified", async () => {
    const { nginx } = await startSite({ version });
    expect(await hostFor(nginx, { settings: { reload: "none" } }).host.signal()).toEqual({ verdict: "left" });
    expect(await reload(hostFor(nginx, { settings: { verify: "none" } }).host)).toMatchObject({ verdict: "verified", checked: false });
  });
});

describe("the master of an Nginx", () => {
  test("is found by its configuration when the pid file is stale or names a stranger, who is never signalled", async () => {
    const { host, nginx } = await startSite({ version: "debian" });
    const stranger = startChild("/bin/sleep", ["600"]);
    for (const text of ["4194304", String(stranger.pid), "", "-1", "nonsense"]) {
      writeFileSync(nginx.pidFile, text);
      expect(await host.observe()).toMatchObject({ state: "running", master: { pid: nginx.pid() } });
      expect(await reload(host)).toMatchObject({ verdict: "verified" });
    }
    expect(stranger.running()).toBe(true);
  });

  test("is not there when it stopped, whatever the pid file says", async () => {
    const { host, nginx } = await startSite({ version: "debian" });
    await nginx.stop();
    const stranger = startChild("/bin/sleep", ["600"]);
    for (const text of ["4194304", String(stranger.pid)]) {
      writeFileSync(nginx.pidFile, text);
      expect(await host.observe()).toMatchObject({
        state: "stopped",
        master: null,
        reason: null,
        version: "1.22.1",
        versionFrom: "binary",
      });
      expect(await host.signal()).toEqual({ verdict: "stopped" });
    }
    expect(stranger.running()).toBe(true);
  });

  test("of another Nginx is never taken for ours", async () => {
    const { host, nginx } = await startSite({ version: "debian" });
    const other = await startSite({ version: "debian" });
    await nginx.stop();
    writeFileSync(nginx.pidFile, String(other.nginx.pid()));
    expect(await host.observe()).toMatchObject({ state: "unknown", reason: expect.stringContaining("another Nginx") });
    expect(await host.signal()).toMatchObject({ verdict: "failed" });
    expect(other.nginx.reloads()).toBe(0);
  });

  test("gives arguments, configuration, pid file and version away by its title", async () => {
    const { nginx } = await startSite({ version: "wheel" });
    const { host } = hostFor(nginx, { settings: { binary: null, args: null, config: nginx.config } });
    expect(await host.observe()).toMatchObject({
      state: "running",
      version: "1.31.3",
      versionFrom: "master",
      master: { pid: nginx.pid() },
    });
    expect(await host.testLive()).toMatchObject({ verdict: "accepted" });
  });

  test("that ends during a verification is reported as stopped", async () => {
    const { host, nginx } = await startSite({ version: "debian" });
    const told = await host.signal();
    if (told.verdict !== "signalled") throw new Error("not signalled");
    nginx.signal("SIGKILL");
    expect(await host.verify(told.before)).toEqual({ verdict: "stopped" });
  });

  test("is seen without any rights, with the version of the binary on disk", async () => {
    const { host, nginx } = await startSite({ version: "debian" });
    chmodSync(nginx.prefix, 0o755);
    const seen = await asNobody(() => host.observe());
    expect(seen).toMatchObject({ state: "running", master: { pid: nginx.pid() }, processes: 2, version: "1.22.1" });
    expect(seen.versionFrom).toBe(process.getuid?.() === 0 ? "binary" : "master");
  });

  test.runIf(process.getuid?.() === 0)(
    "is found and reloaded in another pid namespace, where its pid file says another number",
    async () => {
      const { nginx } = await startSite({ version: "debian", stopped: true });
      const { host } = hostFor(nginx, {});
      const outer = startChild("unshare", ["--pid", "--fork", "--kill-child", nginx.binary, ...nginx.args]);
      const before = await until("the workers", async () => {
        const now = await host.observe();
        return now.state === "running" && now.processes === 2 ? now : null;
      });
      expect(readFileSync(nginx.pidFile, "utf8").trim()).toBe("1");
      expect(before.master?.pid).toBeGreaterThan(1);
      expect(await reload(host)).toMatchObject({ verdict: "verified" });
      nginx.write("conf.d/site.conf", "nonsense;\n");
      expect(await reload(host)).toMatchObject({ verdict: "not_verified", reason: expect.stringContaining("nonsense") });
      outer.kill("SIGKILL");
      await outer.exited;
    },
  );

  test("has its version named by the operator first", async () => {
    const { nginx } = await startSite({ version: "debian" });
    const { host } = hostFor(nginx, { settings: { version: "1.29.6" } });
    expect(await host.observe()).toMatchObject({ version: "1.29.6", versionFrom: "option" });
    expect(Number(readFileSync(nginx.pidFile, "utf8"))).toBe(nginx.pid());
  });
});
