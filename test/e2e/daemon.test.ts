import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startHttpBackends } from "../support/backends.ts";
import { nginxVersions } from "../support/nginx-server.ts";
import { httpTraffic } from "../support/traffic.ts";
import { until, untilValue } from "../support/until.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

async function register(stage: Stage, ...ports: readonly number[]): Promise<void> {
  for (const port of ports) await stage.consul.register({ service: "api", id: `api-${port}`, address: "127.0.0.1", port });
}

describe.each(nginxVersions)("a daemon in an eventful world (%s)", (version) => {
  it("places and tests while Nginx is not running, and verifies without a reload when it comes up", async () => {
    const stage = await setUp(version, { stopped: true });
    await register(stage, 8001);
    const daemon = stage.daemon();
    const status = await daemon.waitForStatus("what it placed", ({ state, outcomes }) => state === "pending" && outcomes.length > 0);
    expect(status).toMatchObject({ nginx: { state: "stopped" }, running: { hash: null }, outcomes: [{ outcome: "placed" }] });
    expect(readFileSync(stage.outputs.http, "utf8")).toContain("127.0.0.1:8001");
    expect(readdirSync(stage.nginx.prefix)).not.toContain("nginx.pid");
    await stage.nginx.start();
    await daemon.waitForStatus("sync", isInSync);
    expect(stage.nginx.reloads()).toBe(0);
  });

  it("keeps the last good servers while nobody is healthy, while Consul is gone, and over its own restart", async () => {
    const stage = await setUp(version);
    await stage.consul.register({ service: "api", id: "a", address: "127.0.0.1", port: 8001, check: "passing" });
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    const good = stage.nginx.read("conf.d/upstreamd.conf");
    await stage.consul.check("a", "critical");
    await daemon.waitForStatus("kept", ({ upstreams }) => upstreams[0]?.state === "kept");
    await stage.consul.deregister("a");
    await daemon.waitForLog(/no instance is registered/);
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toBe(good);
    await stage.consul.kill();
    await daemon.waitForStatus("stale", ({ state, consul }) => state === "stale" && consul.state === "unreachable");
    await daemon.stop();
    const again = stage.daemon();
    await again.waitForStatus("stale after a restart", ({ state }) => state === "stale");
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toBe(good);
    await stage.consul.restart();
    await register(stage, 8002);
    await again.waitForStatus(
      "sync with the agent that came back",
      (status) => isInSync(status) && status.upstreams[0]?.servers[0]?.port === 8002,
    );
  });

  it("restores a destination that somebody edited or deleted, and keeps a copy of the edit", async () => {
    const stage = await setUp(version);
    await register(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    const good = stage.nginx.read("conf.d/upstreamd.conf");
    writeFileSync(stage.outputs.http, "# by hand\nupstream api { server 127.0.0.1:9; }\n");
    await untilValue(
      "the file to be restored",
      () => stage.nginx.read("conf.d/upstreamd.conf"),
      (text) => text === good,
    );
    const kept = join(stage.stateDir, "kept");
    const [copy] = await until("a kept copy", () => readdirSync(kept));
    expect(readFileSync(join(kept, copy ?? ""), "utf8")).toContain("# by hand");
    rmSync(stage.outputs.http);
    await untilValue(
      "the file to be back",
      () => readdirSync(stage.nginx.httpFolder),
      (names) => names.includes("upstreamd.conf"),
    );
    await daemon.waitForStatus("sync", isInSync);
  });

  it("leaves a file alone that it did not write, until it may adopt it", async () => {
    const stage = await setUp(version);
    const foreign = "upstream api { server 127.0.0.1:9; } # mine\n";
    stage.nginx.write("conf.d/upstreamd.conf", foreign);
    await register(stage, 8001);
    const daemon = stage.daemon();
    const { reason } = await daemon.waitForStatus("blocked", ({ state }) => state === "blocked");
    expect(reason).toContain("--adopt");
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toBe(foreign);
    expect(await stage.run("render", "--write")).toMatchObject({ code: 2 });
    await daemon.stop();
    const adopting = stage.daemon("--adopt");
    await adopting.waitForStatus("sync", isInSync);
    expect(readdirSync(join(stage.stateDir, "kept"))).toHaveLength(1);
  });

  it("is blocked by a configuration that the operator broke, says whose fault it is, and goes on by itself", async () => {
    const stage = await setUp(version);
    await register(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    const good = stage.nginx.read("conf.d/upstreamd.conf");
    stage.nginx.write("conf.d/broken.conf", "no_such_directive on;\n");
    await register(stage, 8002);
    const { reason } = await daemon.waitForStatus("blocked", ({ state }) => state === "blocked");
    expect(reason).toContain("no_such_directive");
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toBe(good);
    renameSync(join(stage.nginx.httpFolder, "broken.conf"), join(stage.nginx.httpFolder, "broken.conf.off"));
    await daemon.waitForStatus("sync", (status) => isInSync(status) && status.upstreams[0]?.servers.length === 2, { deadlineMs: 30_000 });
  });

  it("reads its configuration again at SIGHUP, refuses a bad one, and goes on", async () => {
    const stage = await setUp(version);
    await register(stage, 8001);
    await stage.consul.register({ service: "other", address: "127.0.0.1", port: 8005 });
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    stage.configure("  api: { algoritm: least_conn }");
    daemon.kill("SIGHUP");
    await daemon.waitForLog(/the new configuration is refused/);
    expect(await daemon.status()).toMatchObject({ state: "in_sync", reason: expect.stringContaining("algoritm") });
    stage.configure("  api: { algorithm: least_conn }\n  other: {}");
    daemon.kill("SIGHUP");
    await daemon.waitForStatus("both", (status) => isInSync(status) && status.upstreams.length === 2);
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toContain("least_conn;");
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toContain("upstream other {");
  });

  it("refuses to start beside another with the same state folder or destination, and names its pid", async () => {
    const stage = await setUp(version);
    await register(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    for (const elsewhere of [[], ["--state-dir", join(stage.stateDir, "second")]]) {
      const second = stage.daemon(...elsewhere);
      expect(await second.exited).toMatchObject({ code: 2 });
      expect(second.stderr()).toContain(`pid ${daemon.pid}`);
    }
    daemon.kill("SIGKILL");
    await daemon.exited;
    await stage.daemon().waitForStatus("sync after a kill", isInSync);
    expect(stage.nginx.reloads()).toBe(1);
  });

  it("reloads nothing for a file that was only touched, nor for the worker that is born after that", async () => {
    const stage = await setUp(version);
    await register(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    const memory = () => JSON.parse(readFileSync(join(stage.stateDir, "memory.json"), "utf8"));
    const before = memory().placed[0].identity.changedAtNs;
    utimesSync(stage.outputs.http, new Date(), new Date());
    await until("the touched file to be known again", () => memory().placed[0].identity.changedAtNs !== before);
    // Who is born within the same tick of the kernel's clock cannot be told from who was there.
    const ticks = () => Math.round(Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 100);
    await until("the kernel's clock to go on", () => ticks() > memory().placed[0].placedAt.ticks);
    const old = stage.nginx.workers();
    for (const worker of old) process.kill(worker, "SIGKILL");
    const remembered = () => memory().verified.workers.map(({ pid }: { pid: number }) => pid);
    await untilValue(
      "the new workers to be remembered",
      remembered,
      (pids) => pids.length === 2 && !pids.some((pid: number) => old.includes(pid)),
    );
    await daemon.waitForStatus("sync", isInSync);
    expect(stage.nginx.reloads()).toBe(1);
  });

  it("takes an Nginx that is only just starting for one that may have read the old file", async () => {
    const stage = await setUp(version, { stopped: true });
    const [old, wanted] = await startHttpBackends("web", 2);
    if (old === undefined || wanted === undefined) throw new Error("two backends were asked for");
    await register(stage, old.port);
    expect(await stage.run("render", "--write")).toMatchObject({ code: 0 });
    // Enough to read for it to be found reading.
    const lines = Array.from({ length: 200_000 }, (_, i) => `  "name-${i}.example.com" ${i};`).join("\n");
    stage.nginx.write("conf.d/a-map.conf", `map_hash_max_size 1000000;\nmap_hash_bucket_size 128;\nmap $host $long {\n${lines}\n}\n`);
    const starting = stage.nginx.start();
    const daemon = stage.daemon();
    await stage.consul.deregister(`api-${old.port}`);
    await register(stage, wanted.port);
    await starting;
    await daemon.waitForStatus("sync", (status) => isInSync(status) && status.upstreams[0]?.servers[0]?.port === wanted.port, {
      deadlineMs: 30_000,
    });
    expect(await httpTraffic(stage.http, 4)).toEqual({ [wanted.name]: 4 });
  });

  it("ends with exit 2 when it cannot listen where it should, and leaves nobody behind who answers", async () => {
    const stage = await setUp(version);
    const port = Number(new URL(stage.http).port);
    const daemon = stage.daemon("--admin-listen", `127.0.0.1:${port}`);
    expect(await daemon.exited).toMatchObject({ code: 2 });
    expect(daemon.stderr()).toContain("[LISTEN]");
    expect(await stage.run("status")).toMatchObject({ code: 3 });
  });

  it("starts although the folder of an earlier destination is gone", async () => {
    const stage = await setUp(version);
    await register(stage, 8001);
    const earlier = join(stage.nginx.prefix, "earlier");
    mkdirSync(earlier);
    expect(await stage.run("render", "--write", "--output-http", join(earlier, "u.conf"))).toMatchObject({ code: 0 });
    rmSync(earlier, { recursive: true });
    await stage.daemon().waitForStatus("sync", isInSync);
  });

  it("applies a change after quiet at once, and folds a storm into few reloads with the newest state", async () => {
    const stage = await setUp(version);
    const backends = await startHttpBackends("web", 2);
    const [last] = backends;
    if (last === undefined) throw new Error("backends were asked for");
    await register(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    const before = stage.nginx.reloads();
    for (let i = 0; i < 30; i++) await stage.consul.register({ service: "api", id: "api-8001", address: "127.0.0.1", port: 9000 + i });
    await stage.consul.register({ service: "api", id: "api-8001", address: "127.0.0.1", port: last.port });
    await untilValue(
      "the newest to serve",
      () => httpTraffic(stage.http, 2),
      (answers) => answers[last.name] === 2,
    );
    await daemon.waitForStatus("sync", isInSync);
    expect(stage.nginx.reloads() - before).toBeLessThan(10);
  });
});
