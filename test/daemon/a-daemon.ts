import { expect } from "vitest";
import { loop, type Workplace } from "../../src/daemon/loop.ts";
import { firstSituation, type Situation } from "../../src/daemon/situation.ts";
import { statusOf } from "../../src/daemon/status.ts";
import { createWake, type Wake } from "../../src/daemon/wake.ts";
import { believe } from "../../src/model/belief.ts";
import { hashText } from "../../src/model/hash.ts";
import type { Intent } from "../../src/model/host.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/model/memory.ts";
import type { ConsulState } from "../../src/model/snapshot.ts";
import { loadTemplates, type Templates } from "../../src/render/templates.ts";
import { aMemory, instanceNumber, placedFile, remembered, settings, snapshotOf } from "../builders.ts";
import { type VirtualClock, virtualClock } from "../consul/virtual-clock.ts";
import { type Heard, listeningLog } from "../state/a-store.ts";
import { atEnd } from "../support/cleanup.ts";
import { createMachine, DESTINATION, type Machine } from "./a-machine.ts";

export const TEMPLATES: Templates = loadTemplates();

/** What an earlier process placed, and what somebody else wrote. */
export const OURS = "# Managed by upstreamd\nupstream api {\n  server 10.0.0.9:8080;\n}\n";
export const THEIRS = "upstream api {\n  server 192.0.2.1:80;\n}\n";

/** `api-9` was the last good server when an earlier process ended. */
export const MEMORY = aMemory({
  upstreams: [remembered([instanceNumber(9)])],
  placed: [placedFile(DESTINATION, hashText(OURS), 1)],
});

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
  readonly verifies?: boolean;
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
      wanted: [],
      policy: { adopt: change.adopt ?? false, reloads: change.reloads ?? true, verifies: change.verifies ?? true },
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

/** A daemon that has put `api-1` into force, a minute ago. */
export async function inSync(change: DaemonChange = {}): Promise<Daemon> {
  const daemon = startDaemon(change);
  daemon.answer(1);
  await daemon.pass(60_000);
  expect([stateOf(daemon), live(daemon), daemon.machine.signals.length]).toEqual(["in_sync", ["10.0.0.1"], 1]);
  return daemon;
}

export const stateOf = ({ situation, clock }: Daemon) => statusOf(situation, clock).state;
export const reasonOf = ({ situation, clock }: Daemon) => statusOf(situation, clock).reason;

/** The addresses at the destination. */
export const live = ({ machine }: Daemon) => serversIn(machine.text());

/** The addresses in a file that was rendered, without their port. */
export function serversIn(text: string | null): readonly string[] {
  return [...(text ?? "").matchAll(/server ([\d.]+):8080/g)].map(([, address]) => address ?? "");
}
