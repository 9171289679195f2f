import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { tempFolder } from "../support/tmp.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

interface ToldInstance {
  readonly id: string;
  readonly node: string;
  readonly address: string;
  readonly port: number;
  readonly included: boolean;
  readonly because: string;
}

interface Told {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly notes: readonly string[];
  readonly instances: readonly ToldInstance[];
}

const FILTER = 'Service.Meta.env == "prod"';

describe("explain", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setUp("debian");
    const { consul } = stage;
    const api = { service: "api", address: "10.0.0.1", check: "passing" } as const;
    for (const port of [8001, 8002, 8003]) await consul.register({ ...api, id: `api-${port}`, port, weights: { Passing: 6, Warning: 3 } });
    await consul.check("api-8002", "critical", "HTTP GET /health: connection refused\nsecond line");
    await consul.maintenance("api-8003", true, "upgrade of the kernel");
    const onNode = (node: string, id: string, fields: Readonly<Record<string, unknown>>) =>
      consul.registerOnNode({ node, address: "10.0.0.9", service: "api", id, fields: { Port: 80, ...fields } });
    await onNode("web-2", "twin", { Address: "10.0.0.1", Port: 8001 });
    await onNode("web-2", "named", { Address: "db.example" });
    await onNode("web-2", "portless", { Port: -1 });
    await onNode("n\n\u001b[31m}", 'e";\nserver 6.6.6.6;', { Address: "10.0.0.6; server 6.6.6.6" });
    await consul.register({ service: "API", id: "stranger", address: "10.0.0.66", port: 1 });
    for (const [id, env] of [
      ["shop-1", "prod"],
      ["shop-2", "test"],
    ] as const)
      await consul.register({ service: "shop", id, address: "10.0.1.1", port: id === "shop-1" ? 1 : 2, meta: { env } });
    await consul.registerOnNode({ node: "web-3", address: "10.0.0.9", service: "evil\n", id: "evil" });
    stage.configure(`  api: {}\n  shop: { filter: '${FILTER}' }\n  payment: { service: shopp }\n  odd: { service: evils }`);
  });

  async function told(...args: readonly string[]): Promise<Readonly<Record<string, Told>>> {
    const { code, stdout } = await stage.run("explain", "--json", ...args);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { version: number; upstreams: readonly Told[] };
    expect(document.version).toBe(1);
    return Object.fromEntries(document.upstreams.map((upstream) => [upstream.name, upstream]));
  }

  async function sentence(id: string): Promise<readonly [boolean, string]> {
    const found = (await told("api"))["api"]?.instances.filter((instance) => instance.id === id) ?? [];
    expect(found).toHaveLength(1);
    return [found[0]?.included ?? false, found[0]?.because ?? ""];
  }

  it("says of each registration whether it takes requests, and why", async () => {
    expect(await sentence("api-8001")).toEqual([
      true,
      expect.stringMatching(/^its 2 checks are passing; weight 1: Consul's 6 for passing, divided by 6$/),
    ]);
    expect(await sentence("api-8002")).toEqual([false, expect.stringMatching(/is critical: "HTTP GET \/health: connection refused"$/)]);
    expect(await sentence("api-8003")).toEqual([false, 'it is in maintenance: "upgrade of the kernel", and stays as down']);
    expect(await sentence("named")).toEqual([false, '"db.example" is not an IP address that a server can have']);
    expect(await sentence("portless")).toEqual([false, "-1 is not a port from 1 to 65535"]);
    const [twin, first] = [await sentence("twin"), (await told("api"))["api"]?.instances[0]];
    expect(twin).toEqual([false, `another instance already stands at 10.0.0.1 port 8001: "${first?.id}" on "${first?.node}"`]);
  });

  it("includes just the servers that are rendered and not down", async () => {
    const { stdout } = await stage.run("render");
    const [, block = ""] = /upstream api \{\n(.*?)\}/s.exec(stdout) ?? [];
    const rendered = [...block.matchAll(/server ([\d.:]+)(?=;| weight=\d+;)/g)].map((match) => match[1]);
    const included = (await told("api"))["api"]?.instances.filter((instance) => instance.included) ?? [];
    expect(included.map(({ address, port }) => `${address}:${port}`)).toEqual(rendered);
  });

  it("lists what the filter hides, and says where a snapshot cannot know it", async () => {
    const hidden = expect.objectContaining({ id: "shop-2", included: false, because: `it is hidden by the filter ${FILTER}` });
    expect((await told("shop"))["shop"]?.instances).toEqual([expect.objectContaining({ id: "shop-1", included: true }), hidden]);
    const file = join(tempFolder("explain"), "snapshot.json");
    await stage.run("snapshot", "--out", file);
    const [fromFile] = Object.values(await told("shop", "--from", file, "--consul-address", "http://127.0.0.1:1"));
    expect(fromFile?.instances.map(({ id }) => id)).toEqual(["shop-1"]);
    expect(fromFile?.notes).toEqual([expect.stringContaining(FILTER)]);
  });

  it("says of a service that nobody registered which one may be meant, and of the name in other case that it is another", async () => {
    const all = await told();
    expect(Object.keys(all)).toEqual(["api", "odd", "payment", "shop"]);
    expect(all["payment"]).toMatchObject({ state: "empty", instances: [] });
    expect(all["payment"]?.notes).toEqual(['no instance of the service shopp was ever registered. Did you mean "shop"?']);
    expect(all["odd"]?.notes).toEqual(["no instance of the service evils was ever registered."]);
    expect(all["api"]?.notes).toEqual([expect.stringMatching(/^1 more registered under the same name in other case/)]);
  });

  it("prints a table for people in which nothing that was registered can be obeyed or taken for ours", async () => {
    const { code, stdout, stderr } = await stage.run("explain", "api");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^api \(http\): ok, 1 of 7 instances take requests\n/);
    expect(stdout.trimEnd().split("\n")).toHaveLength(9);
    expect(stdout).not.toMatch(/(?!\n)\p{C}/u);
    expect(stdout).not.toMatch(/^server 6/m);
  });

  it("exits 2 for an upstream that is not there, with a suggestion and the names that are", async () => {
    const { code, stdout, stderr } = await stage.run("explain", "shpo");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(
      'Cannot explain shpo: no upstream has that name. Did you mean "shop"?\nThere are api, odd, payment, shop.\n[USAGE]',
    );
  });

  it("exits 3 when Consul is not there", async () => {
    expect(await stage.run("explain", "--timeout", "300ms", "--consul-address", "http://127.0.0.1:1")).toMatchObject({
      code: 3,
      stdout: "",
    });
  });

  it("needs no file for a service that is named", async () => {
    const { code, stdout } = await stage.run("explain", "--service", "shop", "--consul-address", stage.consul.url, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ upstreams: [{ name: "shop", instances: [{ id: "shop-1" }, { id: "shop-2" }] }] });
  });
});

describe("explain beside a daemon", () => {
  it("says what the daemon keeps, from its memory, which it only reads", async () => {
    const stage = await setUp("debian");
    await stage.consul.register({ service: "api", id: "api-1", address: "10.0.0.1", port: 8001, check: "passing" });
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    await stage.consul.check("api-1", "critical", "gone");
    await daemon.waitForStatus("the last good server to be kept", ({ upstreams }) => upstreams[0]?.state === "kept");
    const path = join(stage.stateDir, "memory.json");
    const memory = readFileSync(path, "utf8");
    const { code, stdout } = await stage.run("explain");
    expect(code).toBe(0);
    expect(stdout).toContain("its only instance is not healthy: the last good servers stay (when_none_healthy: keep_last)");
    expect(stdout).toMatch(/up {4}10\.0\.0\.1:8001 .* is critical: "gone"; it serves all the same/);
    expect(readFileSync(path, "utf8")).toBe(memory);
    await daemon.stop();
    writeFileSync(path, "not JSON");
    const blind = await stage.run("explain");
    expect(blind.stderr).toContain("explaining as on a first day");
    expect(blind.stdout).toMatch(/^api \(http\): empty, 0 of 1 instances take requests/);
  });
});
