import { describe, expect, test } from "vitest";
import { believe, recall } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import { explainUpstreams, unfiltered } from "../../src/model/explain.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/model/memory.ts";
import type { UpstreamSettings } from "../../src/model/settings.ts";
import { type Answer, watchKey } from "../../src/model/snapshot.ts";
import { buildUpstreams } from "../../src/model/upstreams.ts";
import {
  aCheck,
  aMemory,
  anInstance,
  aWatch,
  inMaintenance,
  instanceNumber,
  remembered,
  settings,
  upstreamSettings,
  withStatus,
} from "../builders.ts";

interface Given {
  readonly wanted?: Partial<UpstreamSettings>;
  readonly memory?: Memory;
  readonly strangers?: number;
  /** What Consul answers without the filter; not given: it was not asked. */
  readonly all?: readonly Instance[];
  readonly maxServers?: number;
}

/** What is said of upstream `api`, for which these are registered. */
function explained(
  instances: readonly Instance[],
  { wanted = {}, memory = EMPTY_MEMORY, strangers = 0, all, maxServers = 10_000 }: Given = {},
) {
  const upstream = upstreamSettings(wanted);
  const options = settings({ upstreams: [upstream], safety: { ...settings().safety, maxServers } });
  const answer = (list: readonly Instance[]): Answer => ({ kind: "believed", instances: list, strangers });
  const answers = new Map([
    ...(all === undefined ? [] : [[watchKey(unfiltered(upstream)), answer(all)] as const]),
    [watchKey(upstream.watch), answer(instances)] as const,
  ]);
  const { belief } = believe(recall(memory, options), { answers }, options, 0);
  const [only] = explainUpstreams(buildUpstreams(belief, options, NEWEST_KNOWN), options, { answers });
  if (only === undefined) throw new Error("nothing was explained");
  return only;
}

function sentences(instances: readonly Instance[], given: Given = {}): readonly string[] {
  return explained(instances, given).instances.map(({ because }) => because);
}

/** What was seen to serve before, so that `keep_last` has something to keep. */
function remembering(...serving: readonly Instance[]): Memory {
  return aMemory({ upstreams: [remembered(serving)] });
}

const SICK = { checks: [aCheck("critical", { name: "HTTP", output: "connection refused" })] };
const IP_HASH = { method: "ip_hash", arguments: [] };
const RING = { method: "hash", arguments: ["$request_uri", "consistent"] };

describe("explainUpstreams", () => {
  test("names whom it speaks of, where they are, and what their line says", () => {
    const { instances, ...upstream } = explained([instanceNumber(1, { weights: { passing: 5, warning: 1 }, tags: ["spare"] })], {
      wanted: { backupTag: "spare" },
    });
    expect(upstream).toEqual({ name: "api", protocol: "http", service: "api", state: "ok", reason: null, notes: [] });
    expect(instances).toEqual([
      {
        id: "api-1",
        node: "web-1",
        datacenter: "dc1",
        address: "10.0.0.1",
        port: 8080,
        included: true,
        because: 'it has no checks, which counts as passing; weight 1: Consul\'s 5 for passing, divided by 5; a backup by its tag "spare"',
        state: "up",
        health: "passing",
        weight: 1,
        backup: true,
      },
    ]);
  });

  test.each<[string, Partial<Instance>, Partial<UpstreamSettings>, string, "up" | "down" | "out"]>([
    ["serves", withStatus("passing"), {}, 'its check "Alive" is passing; weight 1, Consul\'s for passing', "up"],
    ["fails a check", SICK, {}, 'its check "HTTP" is critical: "connection refused"', "out"],
    ["has a status that nobody knows", withStatus("odd"), {}, 'its check "Alive" is "odd", which counts as critical', "out"],
    [
      "fails under ip_hash",
      SICK,
      { algorithm: IP_HASH },
      'its check "HTTP" is critical: "connection refused", and stays as down, so that no keys move',
      "down",
    ],
    ["is in maintenance", inMaintenance("upgrade"), {}, 'it is in maintenance: "upgrade", and stays as down', "down"],
    ["is in maintenance that removes", inMaintenance(), { whenMaintenance: "remove" }, "it is in maintenance", "out"],
    [
      "is warning",
      withStatus("warning"),
      { includeStates: "passing" },
      'its check "Alive" is warning, and include_states is passing',
      "out",
    ],
    [
      "is critical and serves",
      withStatus("critical"),
      { includeStates: "any" },
      'its check "Alive" is critical, which serves as well by include_states: any; weight 1, Consul\'s for passing',
      "up",
    ],
    ["lacks a tag", {}, { tags: ["v2"] }, 'it does not carry the tag "v2"', "out"],
    ["is a name", { address: "db.example" }, {}, '"db.example" is not an IP address that a server can have', "out"],
    ["has no port", { port: 0 }, {}, "0 is not a port from 1 to 65535", "out"],
    ["has no such address", {}, { address: { from: "tagged", name: "wan" } }, 'it has no tagged address "wan"', "out"],
    [
      "weighs nothing",
      { ...withStatus("warning"), weights: { passing: 1, warning: 0 } },
      {},
      'its check "Alive" is warning, and its weight in that state is 0',
      "out",
    ],
    [
      "has the operator's weight",
      {},
      { weight: 7 },
      "it has no checks, which counts as passing; weight 7, fixed in the configuration",
      "up",
    ],
  ])("an instance that %s is told why", (_, change, wanted, because, state) => {
    // A second one that is well: what becomes of an upstream without any is told elsewhere.
    const well = instanceNumber(9, { node: "zz", tags: ["v2"], taggedAddresses: { wan: { address: "10.9.9.9", port: 1 } } });
    const about = explained([anInstance(change), well], { wanted }).instances.find(({ id }) => id === "api-1");
    expect(about).toMatchObject({ because, state, included: state === "up", weight: state === "out" ? null : expect.any(Number) });
  });

  test("an instance that is left out stands where it was registered, whatever that is", () => {
    const lost = explained([anInstance({ address: "evil;\n}", port: -1 })]).instances;
    expect(lost).toMatchObject([{ address: "evil;\n}", port: -1, health: "passing", weight: null }]);
    expect(explained([anInstance({ address: "" })], { wanted: { tags: ["v2"] } }).instances).toMatchObject([
      { address: "10.0.0.99", port: 8080 },
    ]);
  });

  test("an instance whose place is taken is told by whom", () => {
    expect(sentences([instanceNumber(1), anInstance({ node: "web-2", id: "api-7" })])[1]).toBe(
      'another instance already stands at 10.0.0.1 port 8080: "api-1" on "web-1"',
    );
  });

  test("weights are divided by what they share, each by the state of its instance", () => {
    const weights = { passing: 30, warning: 10 };
    expect(sentences([instanceNumber(1, { weights }), instanceNumber(2, { weights, ...withStatus("warning") })])).toEqual([
      "it has no checks, which counts as passing; weight 3: Consul's 30 for passing, divided by 10",
      'its check "Alive" is warning; weight 1: Consul\'s 10 for warning, divided by 10',
    ]);
  });

  test("weights that a ring cannot hold are made smaller, and the upstream says by how much", () => {
    const big = [60_001, 30_001].map((passing, i) => instanceNumber(i + 1, { weights: { passing, warning: 1 } }));
    const { instances, notes } = explained(big, { wanted: { algorithm: RING } });
    expect(instances.map(({ because }) => because)[0]).toMatch(
      /weight \d+: Consul's 60001 for passing, made smaller together with the others$/,
    );
    expect(notes).toEqual([expect.stringContaining("shrunk to 5000")]);
    expect(explained(big, { wanted: { algorithm: RING, weight: 9_000 } }).instances[0]?.because).toContain(
      "9000 is fixed in the configuration, ",
    );
  });

  test("what the filter hides is listed with the filter, on one line", () => {
    const filter = 'Service.Meta.env\n  == "prod"';
    const wanted = { watch: aWatch("api", { filter }) };
    const { instances, notes } = explained([instanceNumber(1)], { wanted, all: [instanceNumber(1), instanceNumber(2, SICK)] });
    expect(instances.map(({ id, included }) => [id, included])).toEqual([
      ["api-1", true],
      ["api-2", false],
    ]);
    expect(instances[1]).toMatchObject({
      because: 'it is hidden by the filter Service.Meta.env == "prod"',
      health: "critical",
      state: "out",
    });
    expect(notes).toEqual([]);
    expect(explained([instanceNumber(1)], { wanted }).notes).toEqual([
      'only what the filter Service.Meta.env == "prod" lets through is known, so what it hides is not listed',
    ]);
  });

  test("registrations of the name in other case are counted: they are of another service", () => {
    expect(explained([instanceNumber(1)], { strangers: 2 }).notes).toEqual([
      "2 more registered under the same name in other case, which Consul finds as well: they are not of this service",
    ]);
  });
});

describe("an upstream in which nobody is healthy", () => {
  const [one, two] = [instanceNumber(1), instanceNumber(2)];
  const fallen = [one, two].map((instance) => ({ ...instance, ...SICK }));

  test("keeps the last good servers: each says that it is sick and serves all the same", () => {
    const { state, reason, instances } = explained(fallen, { memory: remembering(one) });
    expect({ state, reason }).toEqual({
      state: "kept",
      reason: "none of its 2 instances is healthy: the last good servers stay (when_none_healthy: keep_last)",
    });
    expect(instances).toMatchObject([
      {
        id: "api-1",
        included: true,
        state: "up",
        health: "critical",
        because:
          'its check "HTTP" is critical: "connection refused"; it serves all the same: none of its 2 instances is healthy: the last good servers stay; weight 1, Consul\'s for passing',
      },
      { id: "api-2", included: false, state: "out", because: 'its check "HTTP" is critical: "connection refused"' },
    ]);
  });

  test("keeps also those that are gone, where all are", () => {
    expect(explained([], { memory: remembering(one) })).toMatchObject({
      state: "kept",
      instances: [
        {
          id: "api-1",
          included: true,
          health: null,
          because: expect.stringMatching(/^it is not registered any more, and stays: no instance/),
        },
      ],
    });
  });

  test("uses all of them where that is wanted", () => {
    const { reason, instances } = explained(fallen, { wanted: { whenNoneHealthy: "all" } });
    expect(reason).toBe("none of its 2 instances is healthy: all of them are used (when_none_healthy: all)");
    expect(instances.map(({ included }) => included)).toEqual([true, true]);
    expect(instances[0]?.because).toMatch(/^its check "HTTP" is critical: "connection refused"; it serves all the same: /);
  });

  test("refuses where that is wanted, or where nothing was ever seen to serve", () => {
    expect(explained(fallen, { wanted: { whenNoneHealthy: "refuse" }, memory: remembering(one) })).toMatchObject({
      state: "empty",
      reason: "none of its 2 instances is healthy: requests are refused (when_none_healthy: refuse)",
      instances: [{ included: false }, { included: false }],
    });
    expect(explained(fallen).reason).toContain("none was ever seen healthy, so requests are refused (when_none_healthy: keep_last)");
  });

  test("under ip_hash a sick newcomer has no place among the servers that stay", () => {
    const { instances } = explained(fallen, { wanted: { algorithm: IP_HASH }, memory: remembering(one) });
    expect(instances[1]).toMatchObject({
      id: "api-2",
      state: "out",
      because: expect.stringMatching(/^it is not among the servers that are used: none of/),
    });
  });
});

test("an upstream with more instances than are allowed says so to each that is not used", () => {
  const { state, instances } = explained([instanceNumber(1), instanceNumber(2)], { maxServers: 1, memory: remembering(instanceNumber(1)) });
  expect(state).toBe("quarantined");
  expect(instances).toMatchObject([
    { id: "api-1", included: true },
    {
      id: "api-2",
      included: false,
      because: "it is not among the servers that are used: 2 instances are more than the 1 that safety.max_servers allows in api",
    },
  ]);
});
