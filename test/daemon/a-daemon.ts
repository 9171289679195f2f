import { loop, type Workplace } from "../../src/daemon/loop.ts";
import { firstSituation, type Situation } from "../../src/daemon/situation.ts";
import { createWake, type Wake } from "../../src/daemon/wake.ts";
import { believe } from "../../src/model/belief.ts";
import type { Intent } from "../../src/model/host.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/model/memory.ts";
import type { ConsulState } from "../../src/model/snapshot.ts";
import { loadTemplates, type Templates } from "../../src/render/templates.ts";
import { instanceNumber, settings, snapshotOf } from "../builders.ts";
import { type VirtualClock, virtualClock } from "../consul/virtual-clock.ts";
import { type Heard, listeningLog } from "../state/a-store.ts";
import { atEnd } from "../support/cleanup.ts";
import { createMachine, type Machine } from "./a-machine.ts";

export const TEMPLATES: Templates = loadTemplates();

/** A loop that turns on a virtual clock and a machine that only seems to be one. */
export interface Daemon {
  readonly clock: VirtualClock;
  readonly machine: Machine;
  readonly situation: Situation;
  readonly wake: Wake;
  readonly heard: readonly Heard[];
  /** What the next turn works with; a test may change it, or put a function in its place. */
  place: Workplace;
  /** Consul answers for `api`, with these instances by number, and rings. */
  answer(...numbers: readonly number[]): void;
  /** What Consul's state is reported to be. */
  report(state: ConsulState): void;
  /** Lets time pass; without an argument only what is due now happens. */
  pass(ms?: number): Promise<void>;
  stop(): Promise<void>;
}

export interface DaemonChange {
  readonly memory?: Memory;
  readonly open?: Intent | null;
  readonly minIntervalMs?: number;
  readonly adopt?: boolean;
  readonly reloads?: boolean;
  /** Called before each turn, with the daemon. */
  readonly betweenTurns?: (daemon: Daemon) => void;
  /** Called before the loop begins to turn. */
  readonly before?: (machine: Machine) => void;
}

/** Starts a loop that has not heard from Consul; it ends with the test. */
export function startDaemon(change: DaemonChange = {}): Daemon {
  const clock = virtualClock();
  const machine = createMachine(clock);
  const situation = firstSituation(settings(), change.memory ?? EMPTY_MEMORY, change.open ?? null, clock.now());
  const wake = createWake(clock);
  const { log, heard } = listeningLog();
  const stopping = new AbortController();
  change.before?.(machine);
  const daemon: Daemon = {
    clock,
    machine,
    situation,
    wake,
    heard,
    place: {
      world: machine.world,
      templates: TEMPLATES,
      policy: { adopt: change.adopt ?? false, reloads: change.reloads ?? true },
      minIntervalMs: change.minIntervalMs ?? 1_000,
    },
    answer: (...numbers) =>
      hear(
        daemon,
        numbers.map((n) => instanceNumber(n)),
      ),
    report: (state) => {
      const reason = state === "ok" ? null : `Consul is ${state}`;
      situation.consul = { state, reason, lastAnswerAt: null, failures: new Map() };
      wake.ring();
    },
    pass: (ms = 0) => clock.advance(ms),
    stop: async () => {
      stopping.abort();
      await turning;
    },
  };
  const workplace = async () => {
    change.betweenTurns?.(daemon);
    return daemon.place;
  };
  const turning = loop(situation, { workplace, clock, log, wake }, stopping.signal);
  atEnd(async () => {
    stopping.abort();
    // What is in hand may wait for the clock.
    await clock.advance(60_000);
    await turning;
  });
  return daemon;
}

function hear({ situation, clock, wake }: Daemon, instances: readonly Instance[]): void {
  situation.snapshot = snapshotOf({ api: instances });
  situation.consul = { state: "ok", reason: null, lastAnswerAt: clock.now(), failures: new Map() };
  situation.belief = believe(situation.belief, situation.snapshot, situation.settings, clock.now()).belief;
  wake.ring();
}

/** The addresses in a file that was rendered, without their port. */
export function serversIn(text: string | null): readonly string[] {
  return [...(text ?? "").matchAll(/server ([\d.]+):8080/g)].map(([, address]) => address ?? "");
}
