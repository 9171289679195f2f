import { describe, expect, test } from "vitest";
import { type Belief, believe, keyOf, rebase, recall, type UpstreamBelief } from "../../src/model/belief.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { watchKey } from "../../src/model/snapshot.ts";
import { aMemory, aWatch, remembered, settings, snapshotOf, upstreamSettings } from "../builders.ts";
import { A, B, believedAfter, C, forApi, idsOf, serving, sick, theOne } from "./believing.ts";

describe("recall", () => {
  test("what is remembered is believed as stale until Consul answers", () => {
    expect(theOne(recall(aMemory({ upstreams: [remembered([A, B])] }), settings()))).toEqual({
      name: "api",
      protocol: "http",
      watch: watchKey(aWatch("api")),
      state: "stale",
      reason: "Consul has not answered yet",
      instances: [A, B],
      lastGood: [A, B],
    });
  });

  test("what is not remembered, or only in the other protocol, is empty", () => {
    const memory = aMemory({ upstreams: [remembered([A], { protocol: "stream" }), remembered([A], { name: "API" })] });
    expect(theOne(recall(memory, settings()))).toMatchObject({ state: "empty", instances: [] });
  });

  test("what is remembered and not configured any more is not believed", () => {
    expect(recall(aMemory({ upstreams: [remembered([A], { name: "old" })] }), settings({ upstreams: [] })).upstreams.size).toBe(0);
  });

  test("keep_last falls back on what is remembered, from the first answer on", () => {
    const memory = aMemory({ upstreams: [remembered([A, B])] });
    expect(believedAfter([[sick(A)]], settings(), memory)).toMatchObject({ state: "kept", instances: [A] });
    expect(believedAfter(["denied"], settings(), memory)).toMatchObject({ state: "stale", instances: [A, B] });
  });

  test("a list in which nobody serves under the present settings is no last good one", () => {
    const memory = aMemory({ upstreams: [remembered([sick(A)])] });
    expect(theOne(recall(memory, settings())).state).toBe("empty");
    expect(believedAfter([[]], settings(), memory).state).toBe("empty");
  });
});

describe("an upstream that gets its servers from another service than before", () => {
  const MOVED = forApi({ watch: aWatch("api-v2") });
  const OLD = aMemory({ upstreams: [remembered([A, B])] });
  const before = believe(recall(EMPTY_MEMORY, settings()), snapshotOf({ api: [A, B] }), settings(), 0).belief;

  test.each<[string, Belief]>([
    ["recalled", recall(OLD, MOVED)],
    ["taken over at a new configuration", rebase(before, EMPTY_MEMORY, MOVED)],
  ])("keeps what it has, %s, until the new service has answered", (_name, belief) => {
    expect(idsOf(theOne(belief))).toEqual(["api-1", "api-2"]);
    expect(theOne(belief).watch).toBe(watchKey(aWatch("api")));
    expect(theOne(believe(belief, snapshotOf({ "api-v2": [C] }), MOVED, 0).belief)).toMatchObject({
      state: "ok",
      watch: watchKey(aWatch("api-v2")),
      instances: [C],
      lastGood: [C],
    });
  });

  test.each<[string, readonly Instance[] | string, Partial<UpstreamBelief>]>([
    ["nobody", [], { state: "empty", instances: [], lastGood: [] }],
    ["only the sick", [sick(A), sick(B)], { state: "empty", instances: [sick(A), sick(B)] }],
    ["more than are allowed", [A, B, C], { state: "quarantined", instances: [], lastGood: [] }],
  ])("uses nobody of the old service once the new one has answered with %s", (_name, answer, expected) => {
    const options = { ...MOVED, safety: { ...MOVED.safety, maxServers: 2 } };
    for (const belief of [recall(OLD, options), rebase(before, EMPTY_MEMORY, options)]) {
      const after = theOne(believe(belief, snapshotOf({ "api-v2": answer }), options, 0).belief);
      expect(after).toMatchObject({ ...expected, watch: watchKey(aWatch("api-v2")) });
      expect(serving(after, options)).toEqual([]);
    }
  });

  test.each<[string, Parameters<typeof snapshotOf>[0]]>([
    ["refused", { "api-v2": "permission denied" }],
    ["not there yet", {}],
  ])("keeps what it has, as stale, while the answer is %s: a mistyped configuration empties nothing", (_name, services) => {
    for (const belief of [recall(OLD, MOVED), rebase(before, EMPTY_MEMORY, MOVED)]) {
      const after = theOne(believe(belief, snapshotOf(services), MOVED, 0).belief);
      expect(after.state).toBe("stale");
      expect(idsOf(after)).toEqual(["api-1", "api-2"]);
      expect(
        serving(theOne(believe({ upstreams: new Map([[keyOf(after), after]]) }, snapshotOf({ "api-v2": [] }), MOVED, 0).belief), MOVED),
      ).toEqual([]);
    }
  });
});

describe("rebase", () => {
  const [WEB, API] = [upstreamSettings({ name: "web" }), upstreamSettings()];
  const belief = believe(recall(EMPTY_MEMORY, settings()), snapshotOf({ api: [A] }), settings(), 0).belief;

  test("what is believed of an upstream goes on, whatever memory says of it", () => {
    const memory = aMemory({ upstreams: [remembered([B])] });
    expect(theOne(rebase(belief, memory, settings()))).toEqual(theOne(belief));
  });

  test("a new upstream comes from memory, or is empty", () => {
    const memory = aMemory({ upstreams: [remembered([B], { name: "web" })] });
    const options = settings({ upstreams: [API, WEB] });
    expect([...rebase(belief, memory, options).upstreams.values()].map(idsOf)).toEqual([["api-1"], ["api-2"]]);
    expect([...rebase(belief, EMPTY_MEMORY, options).upstreams.values()].map(({ state }) => state)).toEqual(["ok", "empty"]);
  });

  test("an upstream that is not configured any more is believed no longer, nor one that moved to the other protocol", () => {
    expect([...rebase(belief, EMPTY_MEMORY, settings({ upstreams: [WEB] })).upstreams.keys()]).toEqual(["http web"]);
    expect(theOne(rebase(belief, EMPTY_MEMORY, forApi({ protocol: "stream" })))).toMatchObject({ state: "empty", instances: [] });
  });
});
