import { describe, expect, test } from "vitest";
import { settings, upstreamSettings } from "../builders.ts";
import { inSync, live, MEMORY, OURS, reasonOf, serversIn, startDaemon, stateOf, THEIRS } from "./a-daemon.ts";
import { DESTINATION, type Machine } from "./a-machine.ts";

describe("loop: a change", () => {
  test("goes into force at once after quiet", async () => {
    const daemon = startDaemon();
    await daemon.pass(7_000);
    daemon.answer(1);
    await daemon.pass();
    expect(daemon.machine.signals).toEqual([{ at: 7_000, text: daemon.machine.text() }]);
    expect(live(daemon)).toEqual(["10.0.0.1"]);
    expect(stateOf(daemon)).toBe("in_sync");

    await daemon.pass(3_000);
    daemon.answer(1, 2);
    await daemon.pass();
    expect(daemon.machine.signals.map(({ at }) => at)).toEqual([7_000, 10_000]);
  });

  test("within min_interval of the last signal waits until it is allowed, and then the newest state goes, in one reload", async () => {
    const daemon = startDaemon({ minIntervalMs: 5_000 });
    daemon.answer(1);
    await daemon.pass();
    for (const numbers of [[2], [2, 3], [2, 3, 4]]) {
      await daemon.pass(1_000);
      daemon.answer(...numbers);
      await daemon.pass();
      expect(stateOf(daemon)).toBe("pending");
    }
    await daemon.pass(1_999);
    expect(daemon.machine.signals).toHaveLength(1);
    await daemon.pass(1);
    expect(daemon.machine.signals.map(({ at }) => at)).toEqual([0, 5_000]);
    expect(live(daemon)).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  });

  test("that is taken back within min_interval costs no reload", async () => {
    const daemon = await inSync({ minIntervalMs: 5_000 });
    daemon.answer(2);
    await daemon.pass();
    daemon.answer(3);
    await daemon.pass(1_000);
    expect([stateOf(daemon), daemon.machine.signals.length]).toEqual(["pending", 2]);
    daemon.answer(2);
    await daemon.pass(10_000);
    expect([stateOf(daemon), daemon.machine.signals.length]).toEqual(["in_sync", 2]);
  });

  test("that waits does not keep the loop from looking: a ring is heard, and it is seen to turn", async () => {
    const daemon = startDaemon({ minIntervalMs: 60_000 });
    daemon.answer(1);
    await daemon.pass(1_000);
    daemon.answer(2);
    await daemon.pass(500);
    expect(daemon.situation.turnedAt).toBe(1_000);
    daemon.wake.ring();
    await daemon.pass();
    expect(daemon.situation.turnedAt).toBe(1_500);
    await daemon.pass(10_000);
    expect(daemon.situation.turnedAt).toBeGreaterThanOrEqual(9_500);
    expect(daemon.machine.signals).toHaveLength(1);
    expect(daemon.machine.looks.length).toBeLessThan(20);
  });

  test("costs nothing more once it is in force: no reload, no write, only looks", async () => {
    const daemon = await inSync();
    const calls = daemon.machine.calls.length;
    const looks = daemon.machine.looks.length;
    for (let n = 0; n < 30; n++) {
      daemon.wake.ring();
      await daemon.pass(2_000);
    }
    expect(daemon.machine.calls).toHaveLength(calls);
    expect(daemon.machine.looks.length).toBeGreaterThan(looks + 29);
  });

  test("that comes while another is carried out goes next", async () => {
    const daemon = startDaemon();
    const { verify } = daemon.machine.world.host;
    daemon.machine.world.host.verify = async (before) => {
      await daemon.clock.sleep(4_000);
      return verify(before);
    };
    daemon.answer(1);
    await daemon.pass(1_000);
    daemon.answer(2);
    await daemon.pass(1_000);
    daemon.answer(3);
    await daemon.pass(2_000);
    expect(daemon.machine.signals.map(({ at, text }) => [at, serversIn(text)])).toEqual([
      [0, ["10.0.0.1"]],
      [4_000, ["10.0.0.3"]],
    ]);
  });

  test("by somebody else at a destination is kept and restored within two seconds, without a ring", async () => {
    const daemon = await inSync();
    const ours = daemon.machine.text();
    daemon.machine.write(DESTINATION, THEIRS);
    await daemon.pass(2_000);
    expect(daemon.machine.text()).toBe(ours);
    expect(daemon.machine.kept).toEqual([`${DESTINATION}: ${THEIRS}`]);
    daemon.machine.write(DESTINATION, null);
    await daemon.pass(2_000);
    expect(daemon.machine.text()).toBe(ours);
    expect(stateOf(daemon)).toBe("in_sync");
  });

  test("of the workers, which then run nobody knows what, is answered by a reload, but not where the file is older than they", async () => {
    const daemon = await inSync();
    daemon.machine.respawn();
    await daemon.pass(2_000);
    expect(daemon.machine.signals).toHaveLength(1);
    daemon.machine.nginx = { ...daemon.machine.nginx, workers: [{ pid: 999, startTicks: 3, state: "live" }] };
    await daemon.pass(2_000);
    expect(daemon.machine.signals).toHaveLength(2);
    expect(stateOf(daemon)).toBe("in_sync");
  });
});

describe("loop: a file at a destination that is not ours", () => {
  const foreign = (machine: Machine) => machine.write(DESTINATION, THEIRS);

  test("is left alone and named for as long as it is there; then the work goes on by itself", async () => {
    const daemon = startDaemon({ before: foreign });
    daemon.answer(1);
    await daemon.pass(60_000);
    expect(daemon.machine.text()).toBe(THEIRS);
    expect(daemon.machine.calls).toEqual([]);
    expect(stateOf(daemon)).toBe("blocked");
    expect(reasonOf(daemon)).toMatch(/^\/etc\/nginx\/conf\.d\/upstreamd\.conf was not written by upstreamd .*run --adopt$/);
    daemon.machine.write(DESTINATION, null);
    await daemon.pass(2_000);
    expect([stateOf(daemon), reasonOf(daemon), live(daemon)]).toEqual(["in_sync", null, ["10.0.0.1"]]);
  });

  test("is kept and taken over where that was asked for", async () => {
    const daemon = startDaemon({ before: foreign, adopt: true });
    daemon.answer(1);
    await daemon.pass();
    expect(daemon.machine.kept).toEqual([`${DESTINATION}: ${THEIRS}`]);
    expect([stateOf(daemon), live(daemon)]).toEqual(["in_sync", ["10.0.0.1"]]);
  });
});

describe("loop: without an answer of Consul", () => {
  test("nothing is looked at or done where nothing is remembered, whatever is heard of Consul", async () => {
    const daemon = startDaemon({ before: (machine) => machine.write(DESTINATION, OURS) });
    for (const state of ["unreachable", "no_leader", "denied", "ok"] as const) {
      await daemon.pass(30_000);
      daemon.report(state);
    }
    await daemon.pass(30_000);
    expect([daemon.machine.looks, daemon.machine.calls]).toEqual([[], []]);
    expect(daemon.machine.text()).toBe(OURS);
    expect(stateOf(daemon)).toBe("starting");
  });

  test("what is remembered is waited with for as long as Consul may still answer, and is used when it cannot", async () => {
    const daemon = startDaemon({ memory: MEMORY });
    await daemon.pass(10_000);
    daemon.report("ok");
    await daemon.pass(10_000);
    expect(daemon.machine.calls).toEqual([]);
    daemon.report("unreachable");
    await daemon.pass();
    expect(live(daemon)).toEqual(["10.0.0.9"]);
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual(["stale", "Consul is unreachable"]);
    daemon.answer(1);
    await daemon.pass(2_000);
    expect([stateOf(daemon), live(daemon)]).toEqual(["in_sync", ["10.0.0.1"]]);
  });
});

describe("loop: a new configuration", () => {
  test("is taken between two turns only: an apply in hand is finished with the old one", async () => {
    const wanted = settings({ upstreams: [upstreamSettings({ maxConns: 7 })] });
    const asked = { now: false };
    const taken: number[] = [];
    const daemon = startDaemon({
      betweenTurns: ({ situation, clock }) => {
        if (!asked.now) return;
        asked.now = false;
        taken.push(clock.now());
        situation.settings = wanted;
      },
    });
    const { host } = daemon.machine.world;
    const { test: accept } = host;
    host.test = async (edits) => {
      await daemon.clock.sleep(3_000);
      return accept(edits);
    };
    daemon.answer(1);
    await daemon.pass(1_000);
    asked.now = true;
    daemon.wake.ring();
    await daemon.pass(1_999);
    expect([taken, daemon.machine.text()]).toEqual([[], null]);
    await daemon.pass(1);
    expect(taken).toEqual([3_000]);
    expect(daemon.machine.signals.map(({ text }) => text?.includes("max_conns"))).toEqual([false]);
    await daemon.pass(10_000);
    expect(daemon.machine.text()).toContain("max_conns=7");
    expect(stateOf(daemon)).toBe("in_sync");
  });

  test("brings another min_interval and another machine with it, from the next turn on", async () => {
    const other = startDaemon();
    const daemon = await inSync({ minIntervalMs: 30_000 });
    daemon.answer(2);
    await daemon.pass();
    daemon.answer(3);
    await daemon.pass(1_000);
    expect(live(daemon)).toEqual(["10.0.0.2"]);
    daemon.place = { ...daemon.place, minIntervalMs: 0, world: { ...other.machine.world, clock: daemon.clock } };
    daemon.wake.ring();
    await daemon.pass();
    expect([live(daemon), live(other)]).toEqual([["10.0.0.2"], ["10.0.0.3"]]);
  });
});

describe("loop: the end", () => {
  test("comes at once while it waits, and after the apply in hand otherwise", async () => {
    const waiting = await inSync();
    await waiting.stop();
    const daemon = startDaemon();
    const { verify } = daemon.machine.world.host;
    daemon.machine.world.host.verify = async (before) => {
      await daemon.clock.sleep(500);
      return verify(before);
    };
    daemon.answer(1);
    await daemon.pass(100);
    const stopped = daemon.stop();
    await daemon.pass(400);
    await stopped;
    expect(daemon.machine.calls.slice(-2)).toEqual(["verify", "commit"]);
  });
});

describe("loop: where nobody is told", () => {
  test("by the operator's will, files are placed at once each time, and known to run when all workers are younger", async () => {
    const daemon = startDaemon({
      reloads: false,
      minIntervalMs: 60_000,
      before: ({ world }) => {
        world.host.signal = async () => ({ verdict: "left" });
      },
    });
    daemon.answer(1);
    await daemon.pass();
    await daemon.pass(1_000);
    daemon.answer(2);
    await daemon.pass(30_000);
    expect(live(daemon)).toEqual(["10.0.0.2"]);
    expect(stateOf(daemon)).toBe("pending");
    expect(daemon.machine.calls.filter((call) => call === "place")).toHaveLength(2);
    daemon.machine.respawn();
    await daemon.pass(2_000);
    expect(stateOf(daemon)).toBe("in_sync");
    expect(daemon.machine.signals).toEqual([]);
  });

  test("since no Nginx runs, files are placed, and one that starts later needs no reload", async () => {
    const daemon = startDaemon({
      before: (machine) => {
        machine.nginx = { ...machine.nginx, state: "stopped", master: null, workers: [], processes: 0 };
      },
    });
    daemon.answer(1);
    await daemon.pass(30_000);
    expect([stateOf(daemon), live(daemon)]).toEqual(["pending", ["10.0.0.1"]]);
    expect(reasonOf(daemon)).toContain("Nginx is not running");
    expect(daemon.machine.calls.filter((call) => call === "place")).toHaveLength(1);
    daemon.machine.restartNginx();
    const { workers } = daemon.machine.nginx;
    daemon.machine.nginx = { ...daemon.machine.nginx, state: "no_workers", workers: [] };
    await daemon.pass(2_000);
    daemon.machine.nginx = { ...daemon.machine.nginx, state: "running", workers };
    await daemon.pass(2_000);
    expect(stateOf(daemon)).toBe("in_sync");
    expect(daemon.machine.signals).toEqual([]);
  });
});
