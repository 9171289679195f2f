import { describe, expect, test } from "vitest";
import type { Intent } from "../../src/model/host.ts";
import type { Memory } from "../../src/model/memory.ts";
import type { NginxNow } from "../../src/model/nginx-process.ts";
import { instanceNumber, remembered } from "../builders.ts";
import { type Daemon, inSync, live, MEMORY, OURS, reasonOf, startDaemon, stateOf, THEIRS } from "./a-daemon.ts";
import { DESTINATION, type Machine } from "./a-machine.ts";

const differences = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0));

function become(machine: Machine, change: Partial<NginxNow>): void {
  machine.nginx = { ...machine.nginx, ...change };
}

/** Nginx refuses every candidate from now on; tells when it was asked. */
function refuse({ machine, clock }: Daemon): number[] {
  const tried: number[] = [];
  machine.world.host.test = async () => {
    tried.push(clock.now());
    return { verdict: "refused", reason: `[emerg] no, for the ${tried.length}. time` };
  };
  return tried;
}

describe("loop: an apply that fails", () => {
  test("is tried again after pauses that grow, and are never above 15 s, and says why all the while", async () => {
    const daemon = await inSync();
    const tried = refuse(daemon);
    daemon.answer(2);
    await daemon.pass(120_000);
    const pauses = differences(tried);
    expect(tried[0]).toBe(60_000);
    expect(pauses[0]).toBeLessThanOrEqual(500);
    expect(pauses.slice(1).every((pause, i) => pause >= (pauses[i] ?? 0))).toBe(true);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
    expect(pauses.length).toBeGreaterThan(8);
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual(["blocked", `[emerg] no, for the ${tried.length}. time`]);
    expect(live(daemon)).toEqual(["10.0.0.1"]);
    expect(daemon.situation.outcomes.at(-1)).toMatchObject({ outcome: "rejected" });
  });

  test.each<[string, (daemon: Daemon) => void]>([
    ["what is wanted changes", ({ answer }) => answer(3)],
    ["a destination changes", ({ machine }) => machine.write(DESTINATION, THEIRS)],
    ["Nginx is another one", ({ machine }) => machine.restartNginx()],
    ["Nginx has another version", ({ machine }) => become(machine, { version: "1.31.3" })],
    ["Nginx stopped", ({ machine }) => become(machine, { state: "stopped", master: null, workers: [] })],
  ])("is tried again at once when %s", async (_name, change) => {
    const daemon = await inSync();
    const tried = refuse(daemon);
    daemon.answer(2);
    await daemon.pass(90_000);
    const before = tried.length;
    await daemon.pass(Math.max(0, (daemon.situation.obstacle?.retryAt ?? 0) - daemon.clock.now() - 5_000));
    expect(tried).toHaveLength(before);
    change(daemon);
    daemon.wake.ring();
    await daemon.pass();
    expect(tried).toHaveLength(before + 1);
    expect(tried.at(-1)).toBe(daemon.clock.now());
    expect(daemon.situation.obstacle?.tries).toBe(0);
  });

  test("is not hurried by rings that bring nothing new", async () => {
    const daemon = await inSync();
    const tried = refuse(daemon);
    daemon.answer(2);
    await daemon.pass(30_000);
    const quiet = tried.length;
    const other = await inSync();
    const triedAmidRings = refuse(other);
    other.answer(2);
    for (let n = 0; n < 300; n++) {
      await other.pass(100);
      other.wake.ring();
    }
    expect(triedAmidRings).toHaveLength(quiet);
  });

  test("is in sync at once when what is wanted is what runs, again", async () => {
    const daemon = await inSync();
    refuse(daemon);
    daemon.answer(2);
    await daemon.pass(30_000);
    daemon.answer(1);
    await daemon.pass();
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual(["in_sync", null]);
  });

  test("after the signal is tried again no sooner than min_interval, and nobody spins until then", async () => {
    const daemon = startDaemon({ minIntervalMs: 20_000 });
    daemon.machine.world.host.verify = async () => ({ verdict: "not_verified", reason: "the new workers died" });
    daemon.answer(1);
    await daemon.pass(19_999);
    const signals = () => daemon.machine.signals.map(({ at }) => at);
    expect(new Set(signals())).toEqual(new Set([0]));
    expect(daemon.machine.looks.length).toBeLessThan(30);
    expect(daemon.machine.text()).toBeNull();
    expect(reasonOf(daemon)).toContain("the new workers died");
    await daemon.pass(1);
    expect(signals().at(-1)).toBe(20_000);
  });

  test("because a copy of somebody else's file cannot be kept overwrites nothing, and is paused as well", async () => {
    const daemon = await inSync();
    const tried: number[] = [];
    daemon.machine.world.journal.keep = async () => {
      tried.push(daemon.clock.now());
      throw new Error("no space left on device");
    };
    daemon.machine.write(DESTINATION, THEIRS);
    await daemon.pass(60_000);
    expect(daemon.machine.text()).toBe(THEIRS);
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual(["blocked", "no space left on device"]);
    expect(tried.length).toBeLessThan(12);
    expect(Math.max(...differences(tried))).toBeLessThanOrEqual(15_000);
  });

  test("to be remembered is remembered as soon as it can be, without a second reload", async () => {
    const daemon = startDaemon();
    const { journal } = daemon.machine.world;
    const { commit } = journal;
    journal.commit = async () => {
      throw new Error("no space left on device");
    };
    daemon.answer(1);
    await daemon.pass(20_000);
    expect(daemon.situation.open).not.toBeNull();
    expect(stateOf(daemon)).not.toBe("in_sync");
    journal.commit = commit;
    await daemon.pass(15_000);
    expect(stateOf(daemon)).toBe("in_sync");
    expect(daemon.machine.signals).toHaveLength(1);
    expect(daemon.machine.commits.at(-1)).toEqual(daemon.situation.memory);
    expect(daemon.situation.memory.verified?.hash).toBe(daemon.situation.seen?.candidate.hash);
  });

  test("to be remembered at first is no reason to forget when Nginx was told", async () => {
    const daemon = startDaemon({ minIntervalMs: 10_000 });
    const { journal } = daemon.machine.world;
    const { commit } = journal;
    journal.commit = async () => {
      journal.commit = commit;
      throw new Error("no space left on device");
    };
    daemon.answer(1);
    await daemon.pass(1_000);
    expect([stateOf(daemon), daemon.situation.open]).toEqual(["in_sync", null]);
    daemon.answer(2);
    await daemon.pass(20_000);
    expect(daemon.machine.signals.map(({ at }) => at)).toEqual([0, 10_000]);
  });
});

describe("loop: a look that throws", () => {
  test("blocks with its reason, is tried again, and is over when it can look again", async () => {
    const daemon = await inSync();
    const { observe } = daemon.machine.world.host;
    daemon.machine.world.host.observe = async () => {
      daemon.machine.looks.push(daemon.clock.now());
      throw new Error("the binary is gone");
    };
    const before = daemon.machine.looks.length;
    await daemon.pass(30_000);
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual(["blocked", "the binary is gone"]);
    expect(daemon.machine.looks.length).toBeGreaterThan(before + 10);
    expect(daemon.machine.looks.length).toBeLessThan(before + 30);
    expect(daemon.heard.filter(({ message }) => message === "blocked")).toHaveLength(1);
    daemon.answer(2);
    daemon.machine.world.host.observe = observe;
    await daemon.pass(2_000);
    expect([stateOf(daemon), live(daemon)]).toEqual(["in_sync", ["10.0.0.2"]]);
  });

  test("at the very first says why it does not start", async () => {
    const daemon = startDaemon({
      before: ({ world }) => {
        world.host.read = async () => {
          throw new Error("it is a folder");
        };
      },
    });
    daemon.answer(1);
    await daemon.pass(5_000);
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual(["starting", "it is a folder"]);
  });

  test("is nothing else than a workplace that cannot be had", async () => {
    let fails = true;
    const daemon = startDaemon({
      betweenTurns: () => {
        if (fails) throw new Error("there is no place");
      },
    });
    daemon.answer(1);
    await daemon.pass(5_000);
    expect(reasonOf(daemon)).toBe("there is no place");
    fails = false;
    await daemon.pass(2_000);
    expect(stateOf(daemon)).toBe("in_sync");
  });
});

describe("loop: an apply that an earlier process left half done", () => {
  const INTENT: Intent = {
    generation: 8,
    hash: "c3",
    changes: [
      { path: DESTINATION, change: "update", before: OURS, after: "# Managed by upstreamd\n" },
      { path: "/etc/nginx/b.conf", change: "create", before: null, after: "# Managed by upstreamd\n" },
    ],
    remember: { ...MEMORY, generation: 7, upstreams: [remembered([instanceNumber(5)])] },
  };
  const halfPlaced = (machine: Machine) => {
    machine.write(DESTINATION, "# Managed by upstreamd\n");
    machine.noted = INTENT;
  };
  const placed = (machine: Machine) => {
    halfPlaced(machine);
    machine.write("/etc/nginx/b.conf", "# Managed by upstreamd\n");
  };
  const memory: Memory = { ...MEMORY, generation: 7 };

  test("is taken back before anybody has heard from Consul, and the rest goes on from there", async () => {
    const daemon = startDaemon({ memory, open: INTENT, before: halfPlaced });
    await daemon.pass();
    expect(daemon.machine.text()).toBe(OURS);
    expect(daemon.machine.noted).toBeNull();
    expect(daemon.machine.calls).not.toContain("place");
    expect(daemon.situation.outcomes.map(({ outcome }) => outcome)).toEqual(["rolled_back"]);
    daemon.answer(1);
    await daemon.pass(2_000);
    expect([stateOf(daemon), live(daemon)]).toEqual(["in_sync", ["10.0.0.1"]]);
  });

  test("is finished where all of it was in place, and then remembered", async () => {
    const daemon = startDaemon({ memory, open: INTENT, before: placed });
    await daemon.pass();
    expect(daemon.machine.signals).toHaveLength(1);
    expect(daemon.situation.outcomes.map(({ outcome, generation }) => [outcome, generation])).toEqual([["applied", 8]]);
    expect(daemon.situation.memory).toMatchObject({ generation: 8, verified: { hash: "c3" } });
    expect(daemon.situation.belief.upstreams.get("http api")?.instances).toEqual([instanceNumber(5)]);
  });

  test("is finished once, though what was staged for it cannot be removed", async () => {
    const daemon = startDaemon({
      memory,
      open: INTENT,
      before: (machine) => {
        placed(machine);
        machine.world.host.discard = async () => {
          throw new Error("read-only file system");
        };
      },
    });
    await daemon.pass(60_000);
    expect(daemon.machine.signals).toHaveLength(1);
    expect(daemon.situation).toMatchObject({ open: null, obstacle: null, memory: { generation: 8 } });
    expect(daemon.heard).toContainEqual(expect.objectContaining({ level: "warn", fields: { reason: "read-only file system" } }));
  });

  test("that can be neither finished nor taken back is tried again after growing pauses; nothing begins on top of it", async () => {
    const tried: number[] = [];
    const daemon = startDaemon({
      memory,
      open: INTENT,
      before: (machine) => {
        halfPlaced(machine);
        machine.world.host.restore = async () => {
          tried.push(daemon?.clock.now() ?? 0);
          throw new Error("read-only file system");
        };
      },
    });
    for (let second = 0; second < 60; second++) {
      daemon.answer(1, second);
      await daemon.pass(1_000);
    }
    const pauses = differences(tried);
    expect(tried.length).toBeGreaterThan(6);
    expect(tried.length).toBeLessThan(12);
    expect(pauses.slice(1).every((pause, i) => pause >= (pauses[i] ?? 0))).toBe(true);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
    expect(daemon.machine.noted).toBe(INTENT);
    for (const call of ["test", "stage", "note", "place", "signal"]) expect(daemon.machine.calls).not.toContain(call);
    expect(daemon.machine.looks).toEqual([]);
    expect(reasonOf(daemon)).toContain("read-only file system");

    daemon.machine.world.host.restore = async (changes) => {
      for (const { path, before } of changes) daemon.machine.write(path, before);
      return [];
    };
    await daemon.pass(15_000);
    expect([stateOf(daemon), live(daemon)]).toEqual(["in_sync", ["10.0.0.1", "10.0.0.59"]]);
  });

  test("of which the disk cannot even be read is paused as well, and says so", async () => {
    let reads = 0;
    const daemon = startDaemon({
      memory,
      open: INTENT,
      before: ({ world }) => {
        world.host.read = async () => {
          reads += 1;
          throw new Error("input/output error");
        };
      },
    });
    for (let n = 0; n < 300; n++) {
      daemon.wake.ring();
      await daemon.pass(100);
    }
    expect(reads).toBeLessThan(10);
    expect([stateOf(daemon), reasonOf(daemon)]).toEqual([
      "starting",
      "what was left half done can be neither finished nor taken back: input/output error",
    ]);
  });

  test("leaves no obstacle behind once it is closed, and nobody spins while Consul is waited for", async () => {
    const daemon = startDaemon({ open: INTENT, before: halfPlaced });
    const { commit, forget } = daemon.machine.world.journal;
    const full = async () => {
      throw new Error("no space left on device");
    };
    Object.assign(daemon.machine.world.journal, { commit: full, forget: full });
    await daemon.pass(3_000);
    expect(reasonOf(daemon)).toContain("no space left on device");
    Object.assign(daemon.machine.world.journal, { commit, forget });
    await daemon.pass(20_000);
    expect(daemon.situation.obstacle).toBeNull();
    expect(reasonOf(daemon)).toBe("Consul has not answered yet");
  });
});
