import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { tempFolder } from "../support/tmp.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

/** Every file below some folders: inode, change time and content. */
function everythingIn(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .map((path) => `${path} ${statSync(path).ino} ${statSync(path, { bigint: true }).ctimeNs}`)
      .sort(),
  );
}

async function register(stage: Stage, ...ports: readonly number[]): Promise<void> {
  for (const port of ports) await stage.consul.register({ service: "api", id: `api-${port}`, address: "10.0.0.1", port });
}

describe.each(nginxVersions)("one-shot commands (%s)", (version) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setUp(version);
    await register(stage, 8001, 8002);
  });

  it("diff exits 1 and says what run would do, leaves every file and inode, and 0 once it is done", async () => {
    const folders = [stage.nginx.httpFolder, stage.nginx.streamFolder, stage.stateDir];
    const before = everythingIn(...folders);
    const wanted = await stage.run("diff", "--json");
    expect(wanted).toMatchObject({ code: 1 });
    const json = JSON.parse(wanted.stdout);
    expect(json).toMatchObject({
      version: 1,
      changed: true,
      upstreams: [
        {
          name: "api",
          protocol: "http",
          change: "update",
          added: [
            { address: "10.0.0.1", port: 8001 },
            { address: "10.0.0.1", port: 8002 },
          ],
          removed: [],
          changed: [],
        },
      ],
      files: [{ path: stage.outputs.http, change: "update" }],
    });
    expect((await stage.run("diff")).stdout).toContain("api: +10.0.0.1:8001, +10.0.0.1:8002");
    expect((await stage.run("render")).code).toBe(0);
    expect(everythingIn(...folders)).toEqual(before);

    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    const [outcome] = (await daemon.status()).outcomes;
    expect(outcome).toMatchObject({ outcome: "applied", generation: 1 });
    expect(readFileSync(stage.outputs.http, "utf8")).toBe((await stage.run("render")).stdout);
    expect(await stage.run("diff")).toMatchObject({ code: 0, stdout: "" });
    expect(await stage.run("status")).toMatchObject({ code: 0 });
    await daemon.stop();
    expect(await stage.run("status")).toMatchObject({ code: 3 });
  });

  it("render --from gives the bytes of the live Consul, --out keeps base names, and diff --against knows them", async () => {
    const out = tempFolder("out");
    const file = join(out, "snapshot.json");
    expect(await stage.run("snapshot", "--out", file)).toMatchObject({ code: 0 });
    const live = await stage.run("render");
    expect((await stage.run("render", "--from", file)).stdout).toBe(live.stdout);
    expect(await stage.run("render", "--from", file, "--out", join(out, "conf"))).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(join(out, "conf", "upstreamd.conf"), "utf8")).toBe(live.stdout);
    expect(await stage.run("diff", "--against", join(out, "conf"))).toMatchObject({ code: 0, stdout: "" });
  });

  it("diff --from A --to B compares two snapshots with neither Consul nor Nginx", async () => {
    const out = tempFolder("ab");
    const [a, b] = [join(out, "a.json"), join(out, "b.json")];
    await stage.run("snapshot", "--out", a);
    writeFileSync(b, readFileSync(a, "utf8").replaceAll("8002", "8003"));
    const offline = ["--consul-address", "http://127.0.0.1:1", "--nginx-version", "1.22.1"];
    expect(await stage.run("diff", "--from", a, "--to", a, ...offline)).toMatchObject({ code: 0, stdout: "" });
    const compared = await stage.run("diff", "--from", a, "--to", b, "--json", ...offline);
    expect(compared).toMatchObject({ code: 1 });
    expect(JSON.parse(compared.stdout).upstreams[0]).toMatchObject({ added: [{ port: 8003 }], removed: [{ port: 8002 }] });
  });

  it("--service needs no file", async () => {
    const rendered = await stage.run("render", "--service", "api", "--algorithm", "least_conn", "--consul-address", stage.consul.url);
    expect(rendered).toMatchObject({ code: 0 });
    expect(rendered.stdout).toContain("least_conn;");
    expect(rendered.stdout).toContain("server 10.0.0.1:8001;");
  });

  it("render --write puts it into force once, and then finds it unchanged", async () => {
    const own = await setUp(version);
    await register(own, 8001);
    expect(await own.run("render", "--write")).toMatchObject({ code: 0, stdout: "" });
    expect(own.nginx.reloads()).toBe(1);
    expect(readFileSync(own.outputs.http, "utf8")).toContain("server 10.0.0.1:8001;");
    expect(await own.run("render", "--write")).toMatchObject({ code: 0 });
    expect(own.nginx.reloads()).toBe(1);
    const daemon = own.daemon();
    await daemon.waitForStatus("sync", isInSync);
    expect(own.nginx.reloads()).toBe(1);
    const locked = await own.run("render", "--write");
    expect(locked).toMatchObject({ code: 2 });
    expect(locked.stderr).toContain(String(daemon.pid));
  });

  it("render --write exits 4 and leaves what is on disk when Nginx refuses the rest of its configuration", async () => {
    const own = await setUp(version);
    await register(own, 8001);
    own.nginx.write("conf.d/broken.conf", "no_such_directive on;\n");
    const before = everythingIn(own.nginx.httpFolder);
    const refused = await own.run("render", "--write");
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain("no_such_directive");
    expect(everythingIn(own.nginx.httpFolder)).toEqual(before);
    expect(own.nginx.reloads()).toBe(0);
  });

  it("exits 2 for an algorithm that this context or version lacks, and names what to use", async () => {
    stage.configure("  tcp: { protocol: stream, algorithm: ip_hash }");
    const refused = await stage.run("render");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("ip_hash");
    expect(refused.stderr).toContain("consistent");
    stage.configure("  api: { algorithm: least_time }");
    expect(await stage.run("render")).toMatchObject({ code: version === "debian" ? 2 : 0 });
    stage.configure("  api: {}");
  });

  it("exits 3 within --timeout when Consul is not there, and when it is frozen", async () => {
    const began = performance.now();
    expect(await stage.run("render", "--timeout", "1s", "--consul-address", "http://127.0.0.1:1")).toMatchObject({ code: 3, stdout: "" });
    stage.consul.freeze();
    expect(await stage.run("diff", "--timeout", "1s")).toMatchObject({ code: 3, stdout: "" });
    stage.consul.thaw();
    expect(performance.now() - began).toBeLessThan(8_000);
  });
});
