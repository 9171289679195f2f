import fc from "fast-check";
import { expect, it } from "vitest";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { watchKey } from "../../src/model/snapshot.ts";
import { aWatch } from "../builders.ts";
import { someSettings } from "./examples.ts";
import { type AgentMood, type Mood, type ScriptedConsul, scriptedConsul } from "./scripted-consul.ts";
import { virtualClock } from "./virtual-clock.ts";
import { collect, idsOf } from "./watching.ts";

const SERVICES = ["api", "web", "db"];
const watches = SERVICES.map((service) => aWatch(service));

const service = fc.constantFrom(...SERVICES);
const ids = fc.uniqueArray(fc.constantFrom("1", "2", "3", "4", "5"));
const deed: fc.Arbitrary<(consul: ScriptedConsul) => void> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(service, ids).map(
      ([name, now]) =>
        (consul: ScriptedConsul) =>
          consul.set(name, now),
    ),
  },
  fc.tuple(service, fc.constantFrom<Mood>("well", "denied", "filtered", "lies", "garbled")).map(
    ([name, mood]) =>
      (consul: ScriptedConsul) =>
        consul.mood(name, mood),
  ),
  fc.constantFrom<AgentMood>("well", "down", "frozen", "leaderless").map((mood) => (consul: ScriptedConsul) => consul.agent(mood)),
  fc.constant((consul: ScriptedConsul) => consul.restart()),
);
const script = fc.array(fc.record({ deed, thenMs: fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(90_000)) }), { maxLength: 25 });

it("watchConsul delivers nothing that was never true, and in the end what is, whatever happens in between", async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.double({ min: 0, max: 0.999, noNaN: true }), async (steps, chance) => {
      const clock = virtualClock(() => chance);
      const consul = scriptedConsul(clock);
      const seen = new Map(SERVICES.map((name) => [name, new Set<string>()]));
      const note = (): void => SERVICES.forEach((name) => void seen.get(name)?.add([...consul.truth(name)].sort().join()));
      for (const name of SERVICES) consul.set(name, ["1", "2", "3"]);
      note();
      const watching = collect({ client: consul.client, watches, settings: someSettings("http://127.0.0.1:8500"), clock });
      for (const { deed, thenMs } of steps) {
        deed(consul);
        note();
        await clock.advance(thenMs);
      }
      consul.agent("well");
      for (const name of SERVICES) consul.mood(name, "well");
      await clock.advance(90_000);
      await watching.stop();
      for (const snapshot of watching.snapshots) expectTruths(snapshot, seen);
      expect(watches.map(watching.ids)).toEqual(SERVICES.map((name) => [...consul.truth(name)].sort()));
      expect(watching.report()).toMatchObject({ state: "ok", reason: null, failures: new Map() });
    }),
    { numRuns: 150 },
  );
});

function expectTruths(snapshot: Snapshot, seen: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const watch of watches) {
    const delivered = idsOf(snapshot.answers.get(watchKey(watch)));
    if (typeof delivered === "object") expect([...(seen.get(watch.service) ?? [])]).toContain(delivered.join());
    else expect(delivered).toMatch(/denied|filtered|stale/);
  }
}
