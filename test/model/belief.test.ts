import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { believe, keyOf, recall } from "../../src/model/belief.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { judgeInstances } from "../../src/model/servers.ts";
import type { WhenNoneHealthy } from "../../src/model/settings.ts";
import { watchKey } from "../../src/model/snapshot.ts";
import { anInstance, aWatch, inMaintenance, instanceNumber, settings, snapshotOf, upstreamSettings, withStatus } from "../builders.ts";
import { A, B, believedAfter, C, forApi, idsOf, memoryAfter, serving, sick, theOne } from "./believing.ts";

const IP_HASH = { method: "ip_hash", arguments: [] };

describe("believe", () => {
  test("an answer in which somebody serves is believed as it is", () => {
    expect(believedAfter([[A, sick(B)]])).toEqual({
      name: "api",
      protocol: "http",
      watch: watchKey(aWatch("api")),
      state: "ok",
      reason: null,
      instances: [A, sick(B)],
      lastGood: [A, sick(B)],
    });
  });

  test("what was fallen back on is replaced by the next good answer", () => {
    const believed = believedAfter([[A, B], [sick(A), sick(B)], [C]]);
    expect(believed).toMatchObject({ state: "ok", reason: null });
    expect(idsOf(believed)).toEqual(["api-3"]);
  });

  describe("none healthy, keep_last", () => {
    test("the last good servers stay, healthy as they were", () => {
      const believed = believedAfter([
        [A, B],
        [sick(A), sick(B)],
      ]);
      expect(believed).toMatchObject({ state: "kept", reason: "none of its 2 instances is healthy: the last good servers stay" });
      expect(believed.instances).toEqual([A, B]);
    });

    test("one that is deregistered while others stay leaves them, for good", () => {
      const gone = believedAfter([
        [A, B, C],
        [sick(A), sick(B)],
      ]);
      expect(idsOf(gone)).toEqual(["api-1", "api-2"]);
      const back = believedAfter([
        [A, B, C],
        [sick(A), sick(B)],
        [sick(A), sick(B), sick(C)],
      ]);
      expect(idsOf(back)).toEqual(["api-1", "api-2"]);
    });

    test.each<[string, readonly Instance[]]>([
      ["everybody is deregistered", []],
      ["only strangers are registered", [sick(instanceNumber(9))]],
      ["only what was sick already is registered", [sick(B)]],
    ])("they are frozen where leaving would empty them: %s", (_name, answer) => {
      const believed = believedAfter([[A, sick(B)], answer]);
      expect(believed.state).toBe("kept");
      expect(believed.reason).toMatch(/the last good servers stay, also those that are gone or in maintenance$/);
      expect(believed.instances).toEqual([A, sick(B)]);
    });

    test("one whose address was given to another registration leaves", () => {
      const thief = sick(instanceNumber(1, { id: "other-9", service: "api" }));
      expect(
        idsOf(
          believedAfter([
            [A, B],
            [thief, sick(B)],
          ]),
        ),
      ).toEqual(["api-2"]);
    });

    test("one that was registered anew somewhere else leaves", () => {
      const moved = sick({ ...A, address: "10.0.9.9" });
      expect(
        idsOf(
          believedAfter([
            [A, B],
            [moved, sick(B)],
          ]),
        ),
      ).toEqual(["api-2"]);
    });

    test("with nothing remembered it is refuse, and says so", () => {
      const believed = believedAfter([[sick(A)]], forApi({ algorithm: IP_HASH }));
      expect(believed).toMatchObject({
        state: "empty",
        reason: "its only instance is not healthy: none was ever seen healthy, so requests are refused",
        instances: [sick(A)],
      });
      expect(believedAfter([[A]], forApi({ tags: ["blue"] })).reason).toMatch(/^none of its instances \(1\) carries "blue": /);
      expect(believedAfter([[]])).toMatchObject({
        state: "empty",
        reason: "no instance is registered: none was ever seen healthy, so requests are refused",
        instances: [],
      });
    });
  });

  describe("none healthy, all", () => {
    const ALL = forApi({ whenNoneHealthy: "all" });

    test("every instance serves, whatever its checks say", () => {
      const believed = believedAfter([[A], [sick(A), sick(B)]], ALL);
      expect(believed).toMatchObject({ state: "kept", reason: "none of its 2 instances is healthy: all of them are used" });
      expect(serving(believed, ALL)).toEqual(["10.0.0.1", "10.0.0.2"]);
    });

    test("instances that were never healthy stay when the next answer fails", () => {
      const believed = believedAfter([[sick(A), sick(B)], "permission denied"], ALL);
      expect(believed.state).toBe("stale");
      expect(serving(believed, ALL)).toEqual(["10.0.0.1", "10.0.0.2"]);
    });

    test("instances that were never healthy outlive a restart", () => {
      const memory = memoryAfter([[sick(A), sick(B)]], ALL);
      expect(serving(believedAfter(["permission denied"], ALL, memory), ALL)).toEqual(["10.0.0.1", "10.0.0.2"]);
    });

    test("where none of them can be a server, it does not claim to use them", () => {
      const believed = believedAfter([[sick({ ...A, address: "web.example" })]], ALL);
      expect(believed.state).toBe("empty");
    });

    test("where nobody is registered the last good servers stay", () => {
      expect(idsOf(believedAfter([[A, B], []], ALL))).toEqual(["api-1", "api-2"]);
    });
  });

  describe("none healthy, refuse", () => {
    const REFUSE = forApi({ whenNoneHealthy: "refuse" });

    test("nobody serves, at once", () => {
      const believed = believedAfter(
        [
          [A, B],
          [sick(A), sick(B)],
        ],
        REFUSE,
      );
      expect(believed).toMatchObject({ state: "empty", reason: "none of its 2 instances is healthy: requests are refused" });
      expect(serving(believed, REFUSE)).toEqual([]);
    });

    test("a failed answer brings nobody back", () => {
      for (const answer of [[], [sick(A)]]) {
        const believed = believedAfter([[A], answer, "permission denied"], REFUSE);
        expect(believed).toMatchObject({ state: "empty", reason: "permission denied" });
        expect(serving(believed, REFUSE)).toEqual([]);
      }
    });

    test("a restart brings nobody back", () => {
      const memory = memoryAfter([[A], []], REFUSE);
      expect(serving(believedAfter(["permission denied"], REFUSE, memory), REFUSE)).toEqual([]);
    });

    test("critical instances keep their places for an algorithm that needs them", () => {
      const believed = believedAfter([[A], [sick(A)]], forApi({ whenNoneHealthy: "refuse", algorithm: IP_HASH }));
      expect(believed.instances).toEqual([sick(A)]);
    });
  });

  test("instances in maintenance are not healthy", () => {
    const believed = believedAfter([[A], [{ ...A, ...inMaintenance() }]]);
    expect(believed).toMatchObject({
      state: "kept",
      reason: "its only instance is not healthy: the last good servers stay, also those that are gone or in maintenance",
    });
  });

  test("of a last good list, who was put into maintenance goes while others are still there", () => {
    const kept = believedAfter([
      [A, B],
      [{ ...A, ...inMaintenance() }, sick(B)],
    ]);
    expect(kept.state).toBe("kept");
    expect(judgeInstances(kept.instances, upstreamSettings()).map(({ role }) => role)).toEqual(["place", "serves"]);
  });

  test("a failed answer keeps what was believed, as stale, with Consul's reason", () => {
    const believed = believedAfter([[A, B], "permission denied"]);
    expect(believed).toMatchObject({ state: "stale", reason: "permission denied", instances: [A, B] });
    const kept = believedAfter([[A, B, C], [sick(A), sick(B)], "permission denied"]);
    expect(kept.state).toBe("stale");
    expect(idsOf(kept)).toEqual(["api-1", "api-2"]);
  });

  test("an upstream that was never answered for is empty, and stays so while answers fail", () => {
    expect(believedAfter(["permission denied"])).toMatchObject({ state: "empty", reason: "permission denied", instances: [] });
    const { belief } = believe(recall(EMPTY_MEMORY, settings()), snapshotOf({}), settings(), 0);
    expect(theOne(belief)).toMatchObject({ state: "empty", reason: "Consul has not answered for it yet" });
  });

  test("more than safety.max_servers are quarantined at the last good state, one fewer is not", () => {
    const options = settings({ safety: { ...settings().safety, maxServers: 2 } });
    expect(believedAfter([[A, B]], options).state).toBe("ok");
    const believed = believedAfter([[A], [A, B, C]], options);
    expect(believed).toMatchObject({
      state: "quarantined",
      reason: "3 instances are more than the 2 that safety.max_servers allows in api",
      instances: [A],
    });
    expect(believedAfter([[A, B, C]], options)).toMatchObject({ state: "quarantined", instances: [] });
    expect(believedAfter([[A], [A, B, C], [B]], options)).toMatchObject({ state: "ok", instances: [B] });
  });

  test("one failing service harms no other, nor does the same name in the other protocol", () => {
    const upstreams = [
      upstreamSettings(),
      upstreamSettings({ name: "web" }),
      upstreamSettings({ protocol: "stream", includeStates: "any" }),
    ];
    const options = settings({ upstreams });
    const { belief } = believe(recall(EMPTY_MEMORY, options), snapshotOf({ api: [sick(A)], web: "denied" }), options, 0);
    expect([...belief.upstreams].map(([key, { state }]) => [key, state])).toEqual([
      ["http api", "empty"],
      ["http web", "empty"],
      ["stream api", "ok"],
    ]);
  });

  test("an upstream that left the settings is believed no longer", () => {
    const { belief } = believe(recall(EMPTY_MEMORY, settings()), snapshotOf({ api: [A] }), settings(), 0);
    expect(believe(belief, snapshotOf({ api: [A] }), settings({ upstreams: [] }), 0).belief.upstreams.size).toBe(0);
  });

  test("events tell of changes, and of nothing else", () => {
    const answers = [[A], [A, B], [sick(A), sick(B)], [sick(A), sick(B)], "denied", "denied", [A]];
    let belief = recall(EMPTY_MEMORY, settings());
    const heard = answers.map((answer) => {
      const believed = believe(belief, snapshotOf({ api: answer }), settings(), 0);
      belief = believed.belief;
      return believed.events.map(({ from, to }) => `${from} -> ${to}`);
    });
    expect(heard).toEqual([["empty -> ok"], [], ["ok -> kept"], [], ["kept -> stale"], [], ["stale -> ok"]]);
  });

  test("an upstream that was rendered once never loses its last server to a failing or sick Consul", () => {
    const instance = fc.record({ n: fc.nat({ max: 3 }), status: fc.constantFrom("passing", "critical"), moved: fc.boolean() });
    const answer = fc.oneof(
      fc.constant("denied"),
      fc.uniqueArray(instance, { selector: ({ n }) => n, maxLength: 4 }).map((list) => list.map(toInstance)),
    );
    const policy = fc.constantFrom<WhenNoneHealthy>("keep_last", "all");
    fc.assert(
      fc.property(policy, fc.array(answer, { maxLength: 8 }), (whenNoneHealthy, answers) => {
        const options = forApi({ whenNoneHealthy });
        const believed = believedAfter([[A], ...answers], options);
        expect(serving(believed, options).length).toBeGreaterThan(0);
        expect(believed.state).not.toBe("empty");
        const recalled = theOne(recall(memoryAfter([[A], ...answers], options), options));
        expect(serving(recalled, options)).toEqual(serving(believed, options));
      }),
    );
  });
});

describe("keyOf", () => {
  test("tells upstreams apart by protocol and name", () => {
    expect(keyOf(upstreamSettings({ name: "api" }))).not.toBe(keyOf(upstreamSettings({ name: "api", protocol: "stream" })));
  });
});

function toInstance({ n, status, moved }: { n: number; status: string; moved: boolean }): Instance {
  return anInstance({ ...instanceNumber(n), ...withStatus(status), ...(moved ? { address: `10.9.9.${n + 1}` } : {}) });
}
