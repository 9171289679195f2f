import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { freePort } from "../support/ports.ts";
import { untilValue } from "../support/until.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

async function join1(stage: Stage, port: number): Promise<void> {
  await stage.consul.register({ service: "api", id: `api-${port}`, address: "127.0.0.1", port });
}

async function occupy(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

describe.each(nginxVersions)("ways to reload (%s)", (version) => {
  it("reload: none is pending until the operator reloads, and in sync from then on", async () => {
    const stage = await setUp(version);
    stage.configure("  api: {}", "  reload: none");
    await join1(stage, 8001);
    const daemon = stage.daemon();
    const { reason } = await daemon.waitForStatus("pending", ({ state, outcomes }) => state === "pending" && outcomes.length === 1);
    expect(reason).toContain("nginx.reload is none");
    expect(stage.nginx.reloads()).toBe(0);
    stage.nginx.signal("SIGHUP");
    await daemon.waitForStatus("in sync", isInSync);
    expect(stage.nginx.reloads()).toBe(1);
  });

  it("a reload command without verification is run once a change, and its exit 0 counts", async () => {
    const stage = await setUp(version);
    const script = join(stage.nginx.prefix, "reload.sh");
    writeFileSync(script, `echo told >> ${stage.nginx.prefix}/told\nkill -HUP "$(cat ${stage.nginx.pidFile})"\n`);
    stage.configure("  api: {}", `  reload: ["/bin/sh", "${script}"]\n  verify: none`);
    await join1(stage, 8001);
    const daemon = stage.daemon();
    const status = await daemon.waitForStatus("in sync", isInSync);
    expect(status.running).toMatchObject({ generation: 1, verified_at: null });
    await join1(stage, 8002);
    await daemon.waitForStatus("in sync again", (now) => isInSync(now) && now.running.generation === 2);
    expect(await stage.run("render", "--write")).toMatchObject({ code: 2 });
    await daemon.stop();
    expect(await stage.run("render", "--write")).toMatchObject({ code: 0 });
    expect(readFileSync(join(stage.nginx.prefix, "told"), "utf8")).toBe("told\ntold\n");
  });

  it("a reload that Nginx silently refuses is rolled back with the words of its master, tried again, and verified once it can be", async () => {
    const stage = await setUp(version);
    await join1(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("in sync", isInSync);
    const good = stage.nginx.read("conf.d/upstreamd.conf");
    const port = await freePort();
    const occupant = await occupy(port);
    stage.nginx.write("conf.d/busy.conf", `server { listen 127.0.0.1:${port}; }\n`);
    await join1(stage, 8002);
    const { reason } = await daemon.waitForStatus("blocked", ({ state }) => state === "blocked");
    expect(reason).toMatch(/bind\(\) to 127\.0\.0\.1:\d+ failed \(98: /);
    expect((await daemon.status()).outcomes.at(-1)).toMatchObject({ outcome: "failed" });
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toBe(good);
    occupant.close();
    await daemon.waitForStatus("in sync", (status) => isInSync(status) && status.upstreams[0]?.servers.length === 2, {
      deadlineMs: 40_000,
    });
  });

  it("render --write exits 5 when what it put in place cannot be verified, and puts back what was there", async () => {
    const stage = await setUp(version);
    stage.configure("  api: {}", '  reload: ["/bin/false"]');
    await join1(stage, 8001);
    const before = stage.nginx.read("conf.d/upstreamd.conf");
    const written = await stage.run("render", "--write");
    expect(written).toMatchObject({ code: 5 });
    expect(written.stderr).toContain("/bin/false");
    expect(stage.nginx.read("conf.d/upstreamd.conf")).toBe(before);
  });

  it("a storm of SIGHUPs with a new destination moves it, removes the old file, and keeps one upstream of a new service out of the other's servers", async () => {
    const stage = await setUp(version);
    await join1(stage, 8001);
    const daemon = stage.daemon();
    await daemon.waitForStatus("in sync", isInSync);
    stage.configure("  api: { service: another }");
    const moved = join(stage.nginx.httpFolder, "moved.conf");
    writeFileSync(stage.config, readFileSync(stage.config, "utf8").replace(stage.outputs.http, moved));
    for (let i = 0; i < 5; i++) daemon.kill("SIGHUP");
    await untilValue(
      "the file to be moved",
      () => [existsSync(moved), existsSync(stage.outputs.http)],
      ([there, gone]) => there === true && gone === false,
    );
    const status = await daemon.waitForStatus("in sync", isInSync);
    expect(status.upstreams).toMatchObject([{ name: "api", state: "empty", servers: [] }]);
    expect(status.reason).toBe("api is empty");
    expect(readFileSync(moved, "utf8")).toContain("server 127.0.0.1:1 down;");
  });

  it("says when Nginx does not include the destination at all", async () => {
    const stage = await setUp(version);
    await join1(stage, 8001);
    stage.configure("  api: {}");
    writeFileSync(stage.config, readFileSync(stage.config, "utf8").replace(stage.outputs.http, join(stage.nginx.prefix, "elsewhere.conf")));
    const status = await stage.daemon().waitForStatus("in sync", isInSync);
    expect(status.reason).toContain("does not include");
  });
});
