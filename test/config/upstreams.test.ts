import { describe, expect, it } from "vitest";
import { DIRECTIVES } from "../../src/model/capabilities/directives.ts";
import { METHODS } from "../../src/model/capabilities/methods.ts";
import { faultsOf, load, loadUpstream } from "./loading.ts";

describe("upstreamsOf", () => {
  it("fills an upstream that says nothing with the built-in defaults", async () => {
    expect(await loadUpstream("upstreams:\n  api:\n")).toEqual({
      name: "api",
      protocol: "http",
      watch: { service: "api", datacenter: null, namespace: null, partition: null, filter: null },
      tags: [],
      algorithm: { method: "round_robin", arguments: [] },
      sticky: null,
      directives: [],
      weight: null,
      maxConns: null,
      maxFails: null,
      failTimeout: null,
      backupTag: null,
      includeStates: "warning",
      whenNoneHealthy: "keep_last",
      whenMaintenance: "down",
      address: { from: "service" },
      writtenAt: "c.yaml:2:3",
    });
  });

  it("reads every key that an upstream may have", async () => {
    const text = `
output: { stream: /s.conf }
consul: { datacenter: dc0, namespace: ns, partition: p }
upstreams:
  api:
    service: web
    datacenter: dc1
    tags: [v2, blue]
    filter: Service.Meta.env == "prod"
    algorithm: least_conn
    weight: 5
    max_conns: 100
    max_fails: 3
    fail_timeout: 1m
    backup: spare
    include_states: any
    when_none_healthy: refuse
    when_maintenance: remove
    address: { tagged: wan }
`;
    expect(await loadUpstream(text)).toEqual({
      name: "api",
      protocol: "http",
      watch: { service: "web", datacenter: "dc1", namespace: "ns", partition: "p", filter: 'Service.Meta.env == "prod"' },
      tags: ["v2", "blue"],
      algorithm: { method: "least_conn", arguments: [] },
      sticky: null,
      directives: [],
      weight: 5,
      maxConns: 100,
      maxFails: 3,
      failTimeout: 60,
      backupTag: "spare",
      includeStates: "any",
      whenNoneHealthy: "refuse",
      whenMaintenance: "remove",
      address: { from: "tagged", name: "wan" },
      writtenAt: "c.yaml:5:3",
    });
  });

  it("takes the upstream's own settings over the defaults, and false switches one off", async () => {
    const defaults = "defaults: { weight: 5, max_fails: 3, keepalive: 32, zone: auto, backup: spare, filter: x }";
    const upstream = await loadUpstream(
      `${defaults}\nupstreams: { api: { weight: consul, keepalive: false, zone: 64K, backup: false, filter: false } }`,
    );
    expect(upstream).toMatchObject({ weight: null, maxFails: 3, backupTag: null, watch: { filter: null } });
    expect(upstream.directives).toEqual([{ name: "zone", arguments: ["64k"] }]);
  });

  it("reads every directive that Nginx knows, in the order of their table", async () => {
    const written = "keepalive_timeout: 500ms, keepalive_time: 1h, keepalive_requests: 10, keepalive: 8, zone: auto";
    const { directives } = await loadUpstream(`upstreams: { api: { ${written} } }`);
    expect(directives.map(({ name }) => name)).toEqual(Object.keys(DIRECTIVES));
    expect(directives.map((directive) => directive.arguments[0])).toEqual(["auto", "8", "10", "3600s", "500ms"]);
  });

  it("leaves out of a stream upstream what only the defaults ask for and stream does not have", async () => {
    const defaults = "output: { stream: /s.conf }\ndefaults: { keepalive: 32, keepalive_timeout: 60s, zone: auto }";
    const { directives } = await loadUpstream(`${defaults}\nupstreams: { api: { protocol: stream } }`);
    expect(directives.map(({ name }) => name)).toEqual(["zone"]);
  });

  it.each(Object.entries(METHODS))("accepts the method %s", async (name, { value }) => {
    const written = value === "key" ? `{ ${name}: $remote_addr }` : name;
    expect((await loadUpstream(`upstreams: { api: { algorithm: ${written} } }`)).algorithm.method).toBe(name);
  });

  it("reads least_time for each protocol", async () => {
    const text = "output: { stream: /s.conf }\ndefaults: { algorithm: least_time }\nupstreams: { api: {}, pg: { protocol: stream } }";
    const { settings } = await load(text);
    expect(settings.upstreams.map(({ algorithm }) => algorithm.arguments)).toEqual([["header"], ["connect"]]);
  });

  it("says for which upstream a default algorithm does not fit, where the default is written", async () => {
    const text = "output: { stream: /s.conf }\ndefaults: { algorithm: { least_time: header } }\nupstreams: { pg: { protocol: stream } }";
    expect((await faultsOf(text))[0]).toMatch(
      /^c\.yaml:2:24: defaults\.algorithm: for upstream pg: algorithm least_time: "header": .*; use connect/,
    );
  });
});
