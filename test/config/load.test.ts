import { describe, expect, it } from "vitest";
import { configurationForServices } from "../../src/config/load.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { errorOf, load, worldOf } from "./loading.ts";

describe("loadConfiguration", () => {
  it("fills everything with the defaults of the contract", async () => {
    expect(await load("upstreams: { api: {} }")).toMatchObject({
      consul: { address: "http://127.0.0.1:8500", token: null, staleMs: 2_000, waitMs: 60_000, connections: 150 },
      nginx: { binary: null, reload: "signal", verify: "workers", timeoutMs: 10_000, processLimit: 900, version: null },
      settings: {
        outputs: { http: "/etc/nginx/conf.d/upstreamd.conf", stream: null },
        safety: { maxDrop: 0.5, windowMs: 5_000, confirmMs: 30_000, maxServers: 10_000 },
      },
      stateDir: "/var/lib/upstreamd",
      admin: { listen: null },
      minIntervalMs: 1_000,
    });
  });

  it("reads every section", async () => {
    const text = `{ "consul": { "stale": 0, "wait": "30s" }, "nginx": { "reload": ["systemctl", "reload", "nginx"], "verify": "none", "args": ["-g", "x;"],
      "pid_file": "/run/nginx.pid", "prefix": "/p" }, "apply": { "min_interval": "250ms" }, "safety": { "max_drop": 1 }, "upstreams": { "api": {} } }`;
    expect(await load(text)).toMatchObject({
      consul: { staleMs: 0, waitMs: 30_000 },
      nginx: {
        reload: { command: ["systemctl", "reload", "nginx"] },
        verify: "none",
        args: ["-g", "x;"],
        pidFile: "/run/nginx.pid",
        prefix: "/p",
      },
      settings: { safety: { maxDrop: 1 } },
      minIntervalMs: 250,
    });
  });

  it("accepts no upstreams where the file says so itself", async () => {
    expect((await load("upstreams: {}")).settings.upstreams).toEqual([]);
  });

  it("takes http's port where Consul's address has none, as Consul's CLI does", async () => {
    expect((await load("consul: { address: http://consul.example }\nupstreams: { api: {} }")).consul.address).toBe(
      "http://consul.example:80",
    );
  });
});

describe("configurationForServices", () => {
  const services = ["api", "web"];

  it("needs no file and ignores the default one", async () => {
    const environment = worldOf({ "upstreamd.yaml": "consul: { address: http://file:1 }\nupstreams: { other: {} }\n" });
    const configuration = await configurationForServices(services, { path: null, overrides: NO_OVERRIDES, environment });
    expect(configuration.path).toBeNull();
    expect(configuration.consul.address).toBe("http://127.0.0.1:8500");
    expect(configuration.settings.upstreams.map(({ name, watch }) => [name, watch.service])).toEqual([
      ["api", "api"],
      ["web", "web"],
    ]);
  });

  it("replaces the members of a file that was asked for, and keeps the rest of it", async () => {
    const text = "consul: { address: http://file:1 }\ndefaults: { max_fails: 3 }\nupstreams: { other: {} }\ndiscover: []\ntemplates: []\n";
    const environment = worldOf({ "c.yaml": text });
    const { consul, settings } = await configurationForServices(services, { path: "c.yaml", overrides: NO_OVERRIDES, environment });
    expect(consul.address).toBe("http://file:1");
    expect(settings.upstreams.map(({ name, maxFails }) => [name, maxFails])).toEqual([
      ["api", 3],
      ["web", 3],
    ]);
  });

  it("applies the algorithm of the command line to all of them", async () => {
    const overrides = { ...NO_OVERRIDES, algorithm: "random=two,least_conn", nginxVersion: "1.22.1" };
    const { settings, nginx } = await configurationForServices(services, { path: null, overrides, environment: worldOf({}) });
    expect(settings.upstreams[1]?.algorithm).toEqual({ method: "random", arguments: ["two", "least_conn"] });
    expect(nginx.version).toBe("1.22.1");
  });

  it("blames --service for a name that cannot be", async () => {
    const error = await errorOf(configurationForServices(["a b"], { path: null, overrides: NO_OVERRIDES, environment: worldOf({}) }));
    expect(error.message).toContain('--service: found the name "a b"');
    expect(error.message).toContain('A file can give its upstream another name: { NAME: { service: "a b" } }.');
    expect((await load('upstreams: { ab: { service: "a b" } }')).settings.upstreams[0]?.watch.service).toBe("a b");
  });

  it("puts the state of a user who is not root into that user's folder", async () => {
    const environment = { ...worldOf({}), uid: 1000 };
    const stateDirOf = async (variables: Record<string, string>) =>
      (await configurationForServices(services, { path: null, overrides: NO_OVERRIDES, environment: { ...environment, variables } }))
        .stateDir;
    expect(await stateDirOf({})).toBe("/home/someone/.local/state/upstreamd");
    expect(await stateDirOf({ XDG_STATE_HOME: "/x/state" })).toBe("/x/state/upstreamd");
    expect(await stateDirOf({ XDG_STATE_HOME: "not/absolute" })).toBe("/home/someone/.local/state/upstreamd");
  });
});
