import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { overdueAfter } from "../../src/consul/blocking-query.ts";
import { ConsulError } from "../../src/consul/consul-error.ts";
import { watchConsul } from "../../src/consul/watch.ts";
import { SILENT } from "../../src/support/log.ts";
import { aWatch } from "../builders.ts";
import { someSettings } from "./examples.ts";
import { type ScriptedConsul, scriptedConsul } from "./scripted-consul.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";
import { collect, type Watching } from "./watching.ts";

const [api, web] = [aWatch("api"), aWatch("web")];
const settings = someSettings("http://127.0.0.1:8500");

let clock: VirtualClock;
let consul: ScriptedConsul;
let watching: Watching;

beforeEach(() => {
  clock = virtualClock();
  consul = scriptedConsul(clock);
  consul.set("api", ["a1", "a2"]);
  consul.set("web", ["w1"]);
});
afterEach(() => watching.stop());

async function start(watches = [api, web]): Promise<void> {
  watching = collect({ client: consul.client, watches, settings, clock });
  await clock.advance(100);
}

describe("watchConsul", () => {
  it("delivers one snapshot when every watch was answered, and says that Consul is well", async () => {
    await start();
    expect(watching.snapshots).toHaveLength(1);
    expect([watching.ids(api), watching.ids(web)]).toEqual([["a1", "a2"], ["w1"]]);
    expect(watching.report()).toEqual({ state: "ok", reason: null, lastAnswerAt: 0, failures: new Map() });
  });

  it("delivers a change at once", async () => {
    await start();
    consul.set("api", ["a1", "a2", "a3"]);
    await clock.advance(0);
    expect(watching.ids(api)).toEqual(["a1", "a2", "a3"]);
  });

  it("delivers nothing for an answer with the same content, but knows that it was answered", async () => {
    await start();
    consul.set("api", ["a2", "a1"]);
    await clock.advance(10);
    expect(watching.snapshots).toHaveLength(1);
    expect(watching.report()?.lastAnswerAt).toBe(100);
  });

  it("waits for the last of the watches before it delivers anything", async () => {
    consul.mood("web", "lies");
    consul.agent("frozen");
    await start();
    expect(watching.snapshots).toEqual([]);
    consul.agent("well");
    await clock.advance(100);
    expect([watching.ids(api), watching.ids(web)]).toEqual([["a1", "a2"], ["w1"]]);
  });

  it.each(["denied", "filtered", "garbled"] as const)(
    "delivers the others when one is %s, and asks for it slowly for ever",
    async (mood) => {
      consul.mood("web", mood);
      await start();
      expect(watching.ids(api)).toEqual(["a1", "a2"]);
      expect(watching.ids(web)).toBe({ denied: "denied", filtered: "filtered", garbled: "stale" }[mood]);
      expect(watching.report()).toMatchObject({ state: "ok", reason: null });
      expect([...(watching.report()?.failures.keys() ?? [])]).toHaveLength(1);
      await clock.advance(3_600_000);
      consul.mood("web", "well");
      await clock.advance(31_000);
      expect(watching.ids(web)).toEqual(["w1"]);
      expect(watching.report()?.failures.size).toBe(0);
    },
  );

  it("delivers nothing when the only watch is denied, and says so", async () => {
    consul.mood("api", "denied");
    await start([api]);
    expect(watching.snapshots).toEqual([]);
    expect(watching.report()).toMatchObject({ state: "denied", lastAnswerAt: null });
    expect(watching.report()?.reason).toContain("ACL not found");
  });

  it("turns a watch that was answered and is then denied into a failed one", async () => {
    await start();
    consul.mood("web", "denied");
    await clock.advance(100);
    expect(watching.ids(web)).toBe("denied");
    expect(watching.ids(api)).toEqual(["a1", "a2"]);
  });

  it("keeps what it delivered, and only reports, while the agent is down; and recovers within a second", async () => {
    await start();
    consul.agent("down");
    await clock.advance(600_000);
    expect(watching.snapshots).toHaveLength(1);
    expect(watching.report()).toMatchObject({ state: "unreachable", lastAnswerAt: 0 });
    consul.set("api", ["a9"]);
    consul.agent("well");
    await clock.advance(1_000);
    expect(watching.ids(api)).toEqual(["a9"]);
    expect(watching.report()?.state).toBe("ok");
  });

  it("listens for its end once a watch without a warning of Node's", async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on("warning", keep);
    await start(Array.from({ length: 50 }, (_, i) => aWatch(`s${i}`)));
    consul.agent("down");
    await clock.advance(10_000);
    process.off("warning", keep);
    expect(warnings).toEqual([]);
  });

  it("asks a dead agent twice a second for all watches together", async () => {
    const many = Array.from({ length: 50 }, (_, i) => aWatch(`s${i}`));
    await start(many);
    consul.agent("down");
    await clock.advance(60_000);
    const before = { probes: consul.probes(), asked: consul.asked.length };
    await clock.advance(60_000);
    expect(consul.probes() - before.probes).toBeGreaterThan(100);
    expect(consul.probes() - before.probes).toBeLessThan(140);
    expect(consul.asked.length - before.asked).toBeLessThan(50 * 5);
  });

  it("says frozen when an answer is overdue, and gives the connection up five seconds later", async () => {
    await start([api]);
    consul.agent("frozen");
    // The clock's chance is one half of the tenth by which a wait is shortened; 100 ms have passed.
    await clock.advance(overdueAfter(57_000) - 200);
    expect(watching.report()?.state).toBe("ok");
    await clock.advance(1_000);
    expect(watching.report()?.state).toBe("frozen");
    const before = consul.asked.length;
    await clock.advance(5_500);
    expect(consul.asked.slice(before).map(({ index }) => index)).toEqual(["0"]);
    consul.agent("well");
    await clock.advance(1_000);
    expect(watching.report()?.state).toBe("ok");
  });

  it("believes an answer more than its own look at the agent, where a proxy lets only the services through", async () => {
    const client = { ...consul.client, leader: () => Promise.reject(new ConsulError({ kind: "http", status: 404, code: null, text: "" })) };
    watching = collect({ client, watches: [api, web], settings, clock });
    await clock.advance(100);
    consul.agent("down");
    await clock.advance(5_000);
    expect(watching.report()?.state).toBe("unreachable");
    consul.agent("well");
    consul.set("api", ["a9"]);
    await clock.advance(31_000);
    expect(watching.ids(api)).toEqual(["a9"]);
    expect(watching.report()).toMatchObject({ state: "ok", failures: new Map() });
  });

  it("says no_leader, and that it is over", async () => {
    await start();
    consul.agent("leaderless");
    await clock.advance(5_000);
    expect(watching.report()).toMatchObject({ state: "no_leader" });
    expect(watching.snapshots).toHaveLength(1);
    consul.agent("well");
    await clock.advance(1_000);
    expect(watching.report()?.state).toBe("ok");
  });

  it("does not believe nothing with index 1, and asks again from the start", async () => {
    await start();
    consul.mood("api", "lies");
    await clock.advance(2_000);
    expect(watching.snapshots).toHaveLength(1);
    expect(watching.report()?.state).toBe("ok");
  });

  it("believes that the last instance is gone when Consul says so twice", async () => {
    await start();
    const before = consul.asked.length;
    consul.set("web", []);
    await clock.advance(10);
    expect(watching.ids(web)).toEqual([]);
    expect(consul.asked.slice(before, before + 2)).toMatchObject([{ service: "web", index: "0" }, { service: "web" }]);
  });

  it("starts again from the start after an agent without memory, and is not deaf", async () => {
    await start();
    consul.restart();
    await clock.advance(1_000);
    consul.set("api", ["new"]);
    await clock.advance(100);
    expect(watching.ids(api)).toEqual(["new"]);
  });

  it("asks at most five times a second where answers do not block", async () => {
    await start([api]);
    consul.mood("api", "lies");
    const before = consul.asked.length;
    await clock.advance(10_000);
    // Each turn asks twice: the claim, and from the start.
    expect(consul.asked.length - before).toBeLessThan(2 * (10 + 5 * 10 + 1));
  });

  it("gives a slow consumer the newest only", async () => {
    const stop = new AbortController();
    const events = watchConsul({ client: consul.client, watches: [api], settings, clock, log: SILENT, signal: stop.signal });
    const first = events.next();
    await clock.advance(10);
    expect(await first).toMatchObject({ value: { kind: "report" } });
    for (const id of ["b1", "b2", "b3"]) {
      consul.set("api", [id, "x"]);
      await clock.advance(1_000);
    }
    expect(await events.next()).toMatchObject({ value: { kind: "snapshot" } });
    expect(await events.next()).toMatchObject({ value: { kind: "report", report: { lastAnswerAt: 2_010 } } });
    const next = events.next();
    await clock.advance(10);
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    watching = collect({ client: consul.client, watches: [], settings, clock });
  });

  it("delivers an empty snapshot where nothing is watched", async () => {
    await start([]);
    expect(watching.snapshots).toEqual([{ answers: new Map() }]);
    expect(watching.report()?.state).toBe("ok");
  });

  it("ends at once when it is stopped, whatever it waits for", async () => {
    await start();
    consul.agent("down");
    await clock.advance(5_000);
    const asked = consul.asked.length;
    await watching.stop();
    await clock.advance(120_000);
    expect(consul.asked).toHaveLength(asked);
  });

  it("gives an error that is no trouble of Consul's to its consumer", async () => {
    const client = { ...consul.client, health: () => Promise.reject(new TypeError("a bug")) };
    const events = watchConsul({ client, watches: [api], settings, clock, log: SILENT, signal: new AbortController().signal });
    await expect(events.next()).rejects.toThrow("a bug");
    watching = collect({ client: consul.client, watches: [], settings, clock });
  });
});
