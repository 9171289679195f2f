import { describe, expect, it } from "vitest";
import { configurationForServices } from "../../src/config/load.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { errorOf, faultsOf, load, worldOf } from "./loading.ts";

const STREAM = "output: { stream: /s.conf }\n";

describe("what no version of Nginx has", () => {
  it.each([
    [
      "a method of the other protocol",
      `${STREAM}upstreams:\n  db:\n    protocol: stream\n    algorithm: ip_hash\n`,
      /^c\.yaml:5:16: upstreams\.db\.algorithm: for upstream db: algorithm ip_hash: Nginx has it in http only, not in stream; use \{ hash/,
    ],
    [
      "such a method in the defaults",
      `${STREAM}defaults: { algorithm: ip_hash }\nupstreams: { db: { protocol: stream } }\n`,
      /^c\.yaml:2:24: defaults\.algorithm: for upstream db: algorithm ip_hash: /,
    ],
    [
      "a backup with a method that has none",
      "defaults: { algorithm: random }\nupstreams:\n  api: { backup: spare }\n",
      /^c\.yaml:3:18: upstreams\.api\.backup: for upstream api: backup with algorithm random: this method has no backup servers; use /,
    ],
    [
      "a method that has no backup where the defaults ask for one",
      "defaults: { backup: spare }\nupstreams:\n  api: { algorithm: ip_hash }\n",
      /^c\.yaml:3:21: upstreams\.api\.algorithm: for upstream api: backup with algorithm ip_hash: /,
    ],
    [
      "a directive of the other protocol",
      `${STREAM}upstreams: { db: { protocol: stream, keepalive: 8 } }\n`,
      /^c\.yaml:2:49: upstreams\.db\.keepalive: for upstream db: keepalive: Nginx has it in http only, not in stream; remove it\.$/,
    ],
    [
      "a directive beside one that takes its meaning",
      "defaults: { keepalive: 8 }\nupstreams: { api: { keepalive: 0, keepalive_timeout: 5s } }\n",
      /^c\.yaml:2:54: upstreams\.api\.keepalive_timeout: for upstream api: keepalive_timeout: it means nothing with keepalive 0; remove it, or raise keepalive\.$/,
    ],
    [
      "sticky in stream",
      `${STREAM}upstreams: { db: { protocol: stream, sticky: { cookie: sid } } }\n`,
      /^c\.yaml:2:46: upstreams\.db\.sticky: for upstream db: sticky cookie sid: Nginx has it in http only, not in stream; use algorithm: \{ hash: /,
    ],
    [
      "drain without sticky",
      "upstreams: { api: { when_maintenance: drain } }\n",
      /^c\.yaml:1:39: upstreams\.api\.when_maintenance: for upstream api: when_maintenance drain: without sticky no session can be recognised/,
    ],
    [
      "drain in the defaults where no upstream is sticky",
      "defaults: { when_maintenance: drain }\nupstreams: { api: {} }\n",
      /^c\.yaml:1:31: defaults\.when_maintenance: for upstream api: when_maintenance drain: /,
    ],
    [
      "drain in stream",
      `${STREAM}upstreams: { db: { protocol: stream, when_maintenance: drain } }\n`,
      /^c\.yaml:2:56: upstreams\.db\.when_maintenance: for upstream db: when_maintenance drain: Nginx has it in http only, not in stream; use /,
    ],
    [
      "one zone for the sessions of two upstreams",
      "defaults: { sticky: { learn: { create: $a, lookup: $b, zone: s:1m } } }\nupstreams: { api: { service: x }, web: {} }\n",
      /^c\.yaml:1:21: defaults\.sticky: for upstream web: sticky learn with zone s: upstream api has it, /,
    ],
    [
      "a zone for sessions that is called like one of ours",
      "upstreams: { api: { sticky: { learn: { create: $a, lookup: $b, zone: upstreamd_http_api:1m } } } }\n",
      /^c\.yaml:1:29: upstreams\.api\.sticky: for upstream api: sticky learn with zone upstreamd_http_api: that is how upstreamd calls /,
    ],
  ])("is refused when the file is read: %s", async (_, text, line) => {
    const lines = await faultsOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it("is blamed on the command line where that asked for it", async () => {
    const world = { overrides: { algorithm: "ip_hash" } };
    expect((await faultsOf(`${STREAM}upstreams: { db: { protocol: stream } }\n`, world))[0]).toMatch(/^--algorithm: for upstream db: /);
  });

  it("leaves what a newer Nginx has to be judged when its version is known", async () => {
    expect((await load("upstreams: { api: { algorithm: least_time } }")).settings.upstreams).toHaveLength(1);
  });
});

describe("an upstream", () => {
  it("remembers where it is written, for whoever refuses it later", async () => {
    const { settings } = await load("defaults: {}\nupstreams:\n  api: {}\n  web: {}\n");
    expect(settings.upstreams.map(({ writtenAt }) => writtenAt)).toEqual(["c.yaml:3:3", "c.yaml:4:3"]);
  });

  it("of the command line is written nowhere", async () => {
    const environment = worldOf({ "c.yaml": "upstreams: { api: {} }" });
    for (const path of [null, "c.yaml"]) {
      const { settings } = await configurationForServices(["api"], { path, overrides: NO_OVERRIDES, environment });
      expect(settings.upstreams[0]?.writtenAt).toBeNull();
    }
  });

  it.each(["__proto__", "a b", "", "_x", "a".repeat(129)])("of the command line cannot be called %j", async (name) => {
    const source = { path: null, overrides: NO_OVERRIDES, environment: worldOf({}) };
    const error = await errorOf(configurationForServices(["api", name], source));
    expect(error.exit).toBe(2);
    expect(error.message).toContain(`--service: found the name "${name.slice(0, 100)}`);
    expect(error.message).toContain("expected a name of letters, digits");
  });
});
