import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { believe, recall } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import type { UpstreamSettings } from "../../src/model/settings.ts";
import { isPlaceholder, PLACEHOLDER, printedServers } from "../../src/model/upstream.ts";
import { buildUpstreams } from "../../src/model/upstreams.ts";
import { anInstance, anUpstream, aServer, instanceNumber, settings, snapshotOf, upstreamSettings, withStatus } from "../builders.ts";
import { anyInstance } from "./any-instance.ts";

const IP_HASH = { method: "ip_hash", arguments: [] };
const HASH = { method: "hash", arguments: ["$request_uri"] };
const CONSISTENT = { method: "hash", arguments: ["$request_uri", "consistent"] };

/** What Nginx should balance over when these instances of `api` were the first answer. */
function build(...args: Parameters<typeof buildWhole>) {
  return buildWhole(...args).upstream;
}

function buildWhole(instances: readonly Instance[], change: Partial<UpstreamSettings> = {}) {
  const options = settings({ upstreams: [upstreamSettings(change)] });
  const { belief } = believe(recall(EMPTY_MEMORY, options), snapshotOf({ api: instances }), options, 0);
  const [built] = buildUpstreams(belief, options, NEWEST_KNOWN);
  if (built === undefined) throw new Error("nothing was built");
  return built;
}

function weighted(...weights: readonly (readonly [passing: number, warning: number, status: string])[]): Instance[] {
  return weights.map(([passing, warning, status], i) => instanceNumber(i + 1, { weights: { passing, warning }, ...withStatus(status) }));
}

const weightsOf = (...args: Parameters<typeof build>) => build(...args).servers.map(({ weight }) => weight);
const linesOf = (...args: Parameters<typeof build>) => build(...args).servers.map(({ address, state }) => `${address} ${state}`);
const directivesOf = (...args: Parameters<typeof build>) =>
  build(...args).directives.map(({ name, arguments: words }) => [name, ...words].join(" "));

describe("buildUpstreams: servers", () => {
  const mixed = [instanceNumber(2, withStatus("critical")), instanceNumber(10), instanceNumber(9)];

  test("a critical instance is removed where keys stay put, and down where they would move", () => {
    const without = ["10.0.0.9 up", "10.0.0.10 up"];
    expect(linesOf(mixed)).toEqual(without);
    expect(linesOf(mixed, { algorithm: CONSISTENT })).toEqual(without);
    expect(linesOf(mixed, { algorithm: IP_HASH })).toEqual(["10.0.0.2 down", ...without]);
    expect(linesOf(mixed, { algorithm: HASH })).toEqual(["10.0.0.2 down", ...without]);
  });

  test("an instance whose weight in its state is 0 is down where keys would move", () => {
    const instances = weighted([5, 0, "warning"], [5, 5, "passing"]);
    expect(linesOf(instances)).toEqual(["10.0.0.2 up"]);
    expect(linesOf(instances, { algorithm: IP_HASH })).toEqual(["10.0.0.1 down", "10.0.0.2 up"]);
  });

  test("weights are divided by their common divisor, each the one for its state", () => {
    expect(weightsOf(weighted([10, 1, "passing"], [20, 1, "passing"], [1, 30, "warning"]))).toEqual([1, 2, 3]);
    expect(weightsOf(weighted([65_535, 1, "passing"]))).toEqual([1]);
    expect(weightsOf(weighted([3, 1, "passing"], [7, 1, "passing"]))).toEqual([3, 7]);
  });

  test("the operator's weight is printed as he wrote it", () => {
    expect(weightsOf(weighted([10, 1, "passing"], [20, 1, "passing"]), { weight: 5 })).toEqual([5, 5]);
  });

  test("a hash ring grows to 5000 weights in all, whoever set them, and its small ones stay", () => {
    const big = weighted([60_001, 1, "passing"], [30_001, 1, "passing"], [1, 1, "passing"]);
    const ring = weightsOf(big, { algorithm: CONSISTENT });
    expect(ring).toEqual([3333, 1667, 1]);
    expect(weightsOf(big)).toEqual([60_001, 30_001, 1]);
    const fixed = weightsOf(
      Array.from({ length: 100 }, (_, i) => instanceNumber(i + 1)),
      { weight: 1_000, algorithm: CONSISTENT },
    );
    expect(fixed.reduce((sum, weight) => sum + weight)).toBe(5_000);
  });

  test("weights that are shrunk are noted, and only then", () => {
    const big = weighted([60_001, 1, "passing"], [30_001, 1, "passing"]);
    expect(buildWhole(big, { algorithm: CONSISTENT }).notes).toEqual([
      "its weights come to 90002 and are shrunk to 5000, because each costs Nginx 160 points of the ring",
    ]);
    expect(buildWhole(big).notes).toEqual([]);
  });

  test("duplicates of one address become one", () => {
    expect(linesOf([anInstance({ id: "a" }), anInstance({ id: "b" }), anInstance({ id: "c" })])).toEqual(["10.0.0.1 up"]);
  });

  test("backups are told by their tag, and an upstream of nothing else is led by the placeholder", () => {
    const spare = instanceNumber(1, { tags: ["spare"] });
    const both = build([spare, instanceNumber(2)], { backupTag: "spare" });
    expect(printedServers(both).map(({ address, backup }) => [address, backup])).toEqual([
      ["10.0.0.1", true],
      ["10.0.0.2", false],
    ]);
    const only = build([spare], { backupTag: "spare" });
    expect(printedServers(only)).toEqual([PLACEHOLDER, aServer({ backup: true })]);
  });

  test("without instances there is nothing but the placeholder", () => {
    const empty = build([]);
    expect(empty.servers).toEqual([]);
    expect(printedServers(empty)).toEqual([PLACEHOLDER]);
  });
});

describe("buildUpstreams: directives", () => {
  const zone = (size: string) => ({ name: "zone", arguments: [size] });

  test("method first, then zone and keepalive, in the order that every version understands", () => {
    const directives = [
      { name: "keepalive_timeout", arguments: ["60s"] },
      { name: "keepalive", arguments: ["32"] },
      zone("64k"),
      { name: "keepalive_requests", arguments: ["100"] },
      { name: "keepalive_time", arguments: ["1h"] },
    ];
    expect(directivesOf([instanceNumber(1)], { algorithm: CONSISTENT, directives })).toEqual([
      "hash $request_uri consistent",
      "zone upstreamd_http_api 64k",
      "keepalive 32",
      "keepalive_requests 100",
      "keepalive_time 1h",
      "keepalive_timeout 60s",
    ]);
  });

  test("round_robin, which Nginx has no word for, is not there", () => {
    expect(directivesOf([instanceNumber(1)])).toEqual([]);
  });

  test.each([
    [0, "64k"],
    [1, "64k"],
    [21, "64k"],
    [22, "128k"],
    [64, "128k"],
    [65, "256k"],
    [1_000, "2048k"],
  ])("an auto zone for %d servers has %s: the next power of two, and never under 64k", (servers, size) => {
    const instances = Array.from({ length: servers }, (_, i) => instanceNumber(i + 1));
    expect(directivesOf(instances, { directives: [zone("auto")] })).toEqual([`zone upstreamd_http_api ${size}`]);
  });

  test("zones of one name in http and stream have two names", () => {
    const upstreams = (["http", "stream"] as const).map((protocol) => upstreamSettings({ protocol, directives: [zone("auto")] }));
    const options = settings({ upstreams });
    const built = buildUpstreams(recall(EMPTY_MEMORY, options), options, NEWEST_KNOWN);
    expect(built.map(({ upstream }) => upstream.directives[0]?.arguments[0])).toEqual(["upstreamd_http_api", "upstreamd_stream_api"]);
  });
});

describe("buildUpstreams", () => {
  test("sorts by protocol and name, whatever the order of the settings", () => {
    const upstreams = [
      upstreamSettings({ name: "web" }),
      upstreamSettings({ name: "db", protocol: "stream" }),
      upstreamSettings({ name: "api" }),
      upstreamSettings({ name: "Z" }),
    ];
    const options = settings({ upstreams });
    const names = buildUpstreams(recall(EMPTY_MEMORY, options), options, NEWEST_KNOWN).map(({ upstream }) => upstream.name);
    expect(names).toEqual(["Z", "api", "web", "db"]);
  });

  test("gives the very same upstream as long as its answer is the same, so that it is not rendered again", () => {
    const options = settings({ upstreams: [upstreamSettings(), upstreamSettings({ name: "web" })] });
    const [api, web] = [[anInstance()], [instanceNumber(2)]];
    const first = believe(recall(EMPTY_MEMORY, options), snapshotOf({ api, web }), options, 0).belief;
    const second = believe(first, snapshotOf({ api, web: [instanceNumber(3)] }), options, 1).belief;
    const [before, after] = [first, second].map((belief) => buildUpstreams(belief, options, NEWEST_KNOWN).map(({ upstream }) => upstream));
    expect(after?.[0]).toBe(before?.[0]);
    expect(after?.[1]).not.toEqual(before?.[1]);
  });

  test("the order in which Consul lists instances never shows, and each server is one that Nginx takes", () => {
    const lists = fc.uniqueArray(anyInstance, { selector: ({ node, id }) => `${node}\0${id}`, maxLength: 10 });
    const shuffled = lists.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    const change = fc.record({
      algorithm: fc.constantFrom(IP_HASH, HASH, CONSISTENT, upstreamSettings().algorithm),
      whenNoneHealthy: fc.constantFrom("keep_last" as const, "all" as const, "refuse" as const),
      weight: fc.constantFrom(null, 3),
      directives: fc.constantFrom([], [{ name: "zone", arguments: ["auto"] }]),
    });
    fc.assert(
      fc.property(shuffled, change, ([list, other], options) => {
        const built = build(list, options);
        expect(build(other, options)).toEqual(built);
        for (const server of built.servers) {
          expect(server.weight).toBeGreaterThanOrEqual(1);
          expect(server.weight).toBeLessThanOrEqual(65_535);
          expect(Number.isInteger(server.weight)).toBe(true);
          expect(server.port).toBeGreaterThanOrEqual(1);
          expect(server.address).toMatch(/^[0-9a-f.:]+$/);
        }
      }),
    );
  });
});

describe("isPlaceholder", () => {
  test("takes no server that serves, or stands elsewhere, for the placeholder", () => {
    expect(isPlaceholder(PLACEHOLDER)).toBe(true);
    expect(isPlaceholder({ ...PLACEHOLDER, state: "up" })).toBe(false);
    expect(isPlaceholder({ ...PLACEHOLDER, port: 2 })).toBe(false);
  });

  test("printedServers keeps a primary server that is down alone", () => {
    const upstream = anUpstream({ servers: [aServer({ state: "down" })] });
    expect(printedServers(upstream)).toEqual(upstream.servers);
  });
});
