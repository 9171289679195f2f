import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ConsulReport, WatchEvent, WatchOptions } from "../../src/consul/watch.ts";
import { follow } from "../../src/daemon/follow.ts";
import { firstSituation } from "../../src/daemon/situation.ts";
import { createWake } from "../../src/daemon/wake.ts";
import type * as Belief from "../../src/model/belief.ts";
import type { Believed } from "../../src/model/belief.ts";
import type { Configuration } from "../../src/model/configuration.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { instanceNumber, settings, snapshotOf } from "../builders.ts";
import { someSettings } from "../consul/examples.ts";
import { virtualClock } from "../consul/virtual-clock.ts";
import { listeningLog } from "../state/a-store.ts";
import { atEnd } from "../support/cleanup.ts";
import { aConfiguration } from "./a-configuration.ts";

/** What the next watches do, one after the other, and when the belief is to be folded in again. */
const script = vi.hoisted(() => ({
  watch: (_options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> => {
    throw new Error("nobody said what the watch does");
  },
  belief: (believed: Believed, _now: number): Believed => believed,
}));

vi.mock("../../src/consul/watch.ts", () => ({ watchConsul: (options: WatchOptions) => script.watch(options) }));
vi.mock("../../src/model/belief.ts", async (original) => {
  const real = await original<typeof Belief>();
  const believe: typeof real.believe = (belief, snapshot, wanted, now) => script.belief(real.believe(belief, snapshot, wanted, now), now);
  return { ...real, believe };
});

const WELL: ConsulReport = { state: "ok", reason: null, lastAnswerAt: 7, failures: new Map() };
const DOWN: ConsulReport = { ...WELL, state: "unreachable", reason: "connection refused" };
const answered = (...numbers: number[]): Snapshot => snapshotOf({ api: numbers.map((n) => instanceNumber(n)) });

beforeEach(() => {
  script.belief = (believed) => believed;
});

/** Follows a watch that yields what it is sent, and throws when it is sent an error. */
function startFollowing(change: Partial<Configuration> = {}) {
  const clock = virtualClock();
  const situation = firstSituation(settings(), EMPTY_MEMORY, null, clock.now());
  const wake = createWake(clock);
  const stopping = new AbortController();
  const { log, heard } = listeningLog();
  const begun: number[] = [];
  const rings: number[] = [];
  let send: (event: WatchEvent | Error) => void = () => undefined;
  script.watch = async function* ({ signal }) {
    begun.push(clock.now());
    const aborted = new Promise<null>((resolve) => {
      signal.onabort = () => resolve(null);
    });
    for (;;) {
      const sent = new Promise<WatchEvent | Error>((resolve) => {
        send = resolve;
      });
      const event = await Promise.race([sent, aborted]);
      if (event === null) return;
      if (event instanceof Error) throw event;
      yield event;
    }
  };
  const parts = { clock, log, wake: { ...wake, ring: () => void rings.push(clock.now()) } };
  const following = follow(situation, { ...aConfiguration(), ...change }, parts, stopping.signal);
  const stop = async () => {
    stopping.abort();
    await following;
  };
  atEnd(stop);
  const tell = async (event: WatchEvent | Error) => {
    send(event);
    await clock.advance(0);
  };
  return {
    clock,
    situation,
    heard,
    begun,
    rings,
    stop,
    report: (report: ConsulReport) => tell({ kind: "report", report }),
    snapshot: (snapshot: Snapshot) => tell({ kind: "snapshot", snapshot }),
    fail: (message: string) => tell(new Error(message)),
  };
}

const believedIn = ({ situation }: ReturnType<typeof startFollowing>) =>
  situation.belief.upstreams.get("http api")?.instances.map(({ id }) => id);

describe("follow", () => {
  test("folds each snapshot into the belief, rings, and says which upstream is believed anew", async () => {
    const following = startFollowing();
    await following.clock.advance(0);
    const snapshot = answered(1, 2);
    await following.snapshot(snapshot);
    expect(following.situation.snapshot).toBe(snapshot);
    expect(believedIn(following)).toEqual(["api-1", "api-2"]);
    expect(following.rings).toEqual([0]);
    await following.snapshot(answered(1));
    expect(believedIn(following)).toEqual(["api-1"]);
    expect(following.rings).toEqual([0, 0]);
    expect(following.heard).toMatchObject([{ level: "info", fields: { upstream: "api", from: "empty", to: "ok" } }]);
  });

  test("takes each report in, and rings only when Consul is doing otherwise than before", async () => {
    const following = startFollowing();
    await following.clock.advance(0);
    await following.report(WELL);
    expect(following.rings).toHaveLength(1);
    const later = { ...WELL, lastAnswerAt: 99 };
    await following.report(later);
    expect(following.situation.consul).toBe(later);
    expect(following.rings).toHaveLength(1);
    await following.report(DOWN);
    expect(following.rings).toHaveLength(2);
  });

  test("ends with its signal, while it watches and while it pauses", async () => {
    const watching = startFollowing();
    await watching.clock.advance(0);
    await watching.stop();
    const pausing = startFollowing();
    await pausing.clock.advance(0);
    await pausing.fail("a bug");
    await pausing.stop();
    expect(pausing.begun).toEqual([0]);
  });
});

describe("follow: a watch that throws", () => {
  test("is not taken for a Consul that is well, keeps what was believed, and is begun again", async () => {
    const following = startFollowing();
    await following.clock.advance(0);
    await following.report(WELL);
    await following.snapshot(answered(1));
    await following.fail("undefined is not a function");
    expect(following.situation.consul).toMatchObject({
      state: "unreachable",
      reason: "following Consul failed, which is a bug in upstreamd: undefined is not a function",
      lastAnswerAt: 7,
    });
    expect(believedIn(following)).toEqual(["api-1"]);
    expect(following.heard.at(-1)).toMatchObject({ level: "error" });
    const { rings } = following;
    expect(rings.length).toBeGreaterThanOrEqual(3);

    await following.clock.advance(500);
    expect(following.begun).toHaveLength(2);
    expect(following.situation.consul?.state).toBe("unreachable");
    await following.report(WELL);
    await following.snapshot(answered(1, 2));
    expect([following.situation.consul?.state, believedIn(following)]).toEqual(["ok", ["api-1", "api-2"]]);
  });

  test("again and again is begun again after pauses that grow, and are never above 15 s", async () => {
    const following = startFollowing();
    for (let time = 0; time < 12; time++) {
      await following.clock.advance(0);
      const { length } = following.begun;
      await following.fail("a bug");
      while (following.begun.length === length) await following.clock.advance(125);
    }
    const pauses = following.begun.slice(1).map((time, i) => time - (following.begun[i] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(500);
    expect(pauses.slice(1).every((pause, i) => pause >= (pauses[i] ?? 0))).toBe(true);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
    expect(pauses.at(-1)).toBeGreaterThan(5_000);
  });

  test("may be a belief that cannot take a snapshot, or a client that cannot be made", async () => {
    const following = startFollowing();
    await following.clock.advance(0);
    script.belief = () => {
      throw new Error("that is beyond belief");
    };
    await following.snapshot(answered(1));
    expect(following.situation.consul?.reason).toContain("that is beyond belief");
    await following.clock.advance(500);
    expect(following.begun).toHaveLength(2);

    const unmade = startFollowing({ consul: someSettings("no address") });
    await unmade.clock.advance(0);
    expect(unmade.situation.consul).toMatchObject({ state: "unreachable", reason: expect.stringContaining("Invalid URL") });
    await unmade.stop();
  });
});

describe("follow: a belief that is to be folded in again", () => {
  /** The times at which the belief was folded in; it asks for the next time after `pauses`, one after the other. */
  function foldings(...pauses: number[]): number[] {
    const times: number[] = [];
    script.belief = (believed, now) => {
      times.push(now);
      const pause = pauses[times.length - 1];
      return pause === undefined ? believed : { ...believed, wakeAt: now + pause };
    };
    return times;
  }

  test("is, at its time, and the loop hears of it", async () => {
    const following = startFollowing();
    await following.clock.advance(0);
    const times = foldings(30_000, 5_000);
    await following.snapshot(answered(1));
    await following.clock.advance(120_000);
    expect(times).toEqual([0, 30_000, 35_000]);
    expect(following.rings).toEqual([0, 30_000, 35_000]);
  });

  test("is not, once there is a newer snapshot, or none is wanted any more", async () => {
    const following = startFollowing();
    await following.clock.advance(0);
    const times = foldings(30_000);
    await following.snapshot(answered(1));
    await following.clock.advance(10_000);
    await following.snapshot(answered(2));
    await following.clock.advance(60_000);
    expect(times).toEqual([0, 10_000]);

    const other = startFollowing();
    await other.clock.advance(0);
    const otherTimes = foldings(30_000);
    await other.snapshot(answered(1));
    await other.stop();
    await other.clock.advance(60_000);
    expect(otherTimes).toEqual([0]);
  });

  test("and cannot be, is told like a watch that throws, and is no rejection that nobody handles", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const following = startFollowing();
    await following.clock.advance(0);
    await following.report(WELL);
    script.belief = (believed, now) => {
      if (now > 0) throw new Error("that is beyond belief");
      return { ...believed, wakeAt: 1_000 };
    };
    await following.snapshot(answered(1));
    await following.clock.advance(2_000);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(following.situation.consul).toMatchObject({ state: "unreachable", reason: expect.stringContaining("beyond belief") });
    expect(believedIn(following)).toEqual(["api-1"]);
  });
});
