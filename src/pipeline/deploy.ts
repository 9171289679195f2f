import type { Clock } from "../model/clock.ts";
import type { DiskFile } from "../model/files.ts";
import { hashText } from "../model/hash.ts";
import type { Host, Intent, Journal, RunningVerdict, SignalVerdict, TestVerdict } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Outcome } from "../model/outcome.ts";
import { messageOf } from "../support/errors.ts";
import type { Candidate } from "./prepare.ts";
import { type Effect, type Event, IDLE, isOver, type State, step } from "./protocol.ts";

/** What an apply is carried out on. */
export interface World {
  readonly host: Host;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** How it ended, and what is to be remembered from now on. */
export interface Deployed {
  readonly outcome: Outcome;
  readonly memory: Memory;
  /** What could be neither finished nor taken back: nothing new may begin before `recover` has closed it. */
  readonly open: Intent | null;
  /** When the master was last told, on the monotonic clock; null: not at all. */
  readonly signalledAt: number | null;
}

/** Puts a candidate into force: carries out, on `world`, what the protocol says. Expected failures are outcomes; it does not throw for them. */
export async function deploy(candidate: Candidate, memory: Memory, world: World): Promise<Deployed> {
  return carryOut({ kind: "begin" }, { candidate, memory, intent: candidate.intent, world });
}

/** Finishes or takes back an apply that was left half done, by this process or by one that was killed. */
export async function recover(intent: Intent, memory: Memory, world: World): Promise<Deployed> {
  const inForce = intent.generation <= memory.generation && intent.hash === memory.verified?.hash;
  const disk = inForce ? "in_force" : whichSide(intent, await world.host.read(intent.changes.map(({ path }) => path)));
  return carryOut({ kind: "recover", disk }, { candidate: null, memory, intent, world });
}

/** What one turn knows. */
interface Turn {
  readonly candidate: Candidate | null;
  readonly memory: Memory;
  readonly intent: Intent;
  readonly world: World;
}

/** What the effects of a turn leave for the later ones. */
interface Traces {
  signal: SignalVerdict | null;
  running: RunningVerdict | null;
  signalledAt: number | null;
  memory: Memory;
  open: Intent | null;
}

async function carryOut(first: Event, turn: Turn): Promise<Deployed> {
  const started = turn.world.clock.now();
  const traces: Traces = { signal: null, running: null, signalledAt: null, memory: turn.memory, open: turn.intent };
  let { state, effects } = step(IDLE, first);
  while (!isOver(state)) {
    const current = state;
    const events = await Promise.all(effects.map((effect) => carryOutOne(effect, current, turn, traces)));
    ({ state, effects } = step(state, worst(events)));
  }
  const { memory, open, signalledAt } = traces;
  return { outcome: outcomeOf(state, turn, memory, turn.world.clock.now() - started), memory, open, signalledAt };
}

/** An effect that throws has failed: the disk refused, or the machine did something that nobody foresaw. */
async function carryOutOne(effect: Effect, state: State, turn: Turn, traces: Traces): Promise<Event> {
  try {
    return await EFFECTS[effect](turn, traces, state);
  } catch (error) {
    return { kind: "failed", reason: messageOf(error) };
  }
}

/** A failure comes before a refusal, a refusal before what the first effect says. */
function worst(events: readonly Event[]): Event {
  const [first] = events;
  const bad = events.find(({ kind }) => kind === "failed") ?? events.find(({ kind }) => kind === "refused");
  return bad ?? first ?? { kind: "done" };
}

const DONE: Event = { kind: "done" };

const EFFECTS: Readonly<Record<Effect, (turn: Turn, traces: Traces, state: State) => Promise<Event>>> = {
  test: async ({ intent, world }) => tested(await world.host.test(new Map(intent.changes.map(({ path, after }) => [path, after])))),
  stage: async ({ intent, world }) => world.host.stage(intent.changes).then(() => DONE),
  note: async ({ intent, world }) => world.journal.note(intent).then(() => DONE),
  place: async ({ intent, world }) => world.host.place(intent.changes).then(() => DONE),
  test_live: async ({ world }) => tested(await world.host.testLive()),
  signal: async ({ world }, traces) => {
    traces.signal = await world.host.signal();
    if (traces.signal.verdict === "signalled") traces.signalledAt = world.clock.now();
    return told(traces.signal);
  },
  verify: async ({ world }, traces) => {
    if (traces.signal?.verdict !== "signalled") throw new Error("nothing was signalled that could be verified");
    traces.running = await world.host.verify(traces.signal.before);
    return judged(traces.running);
  },
  commit: async (turn, traces, state) => {
    traces.memory = await memoryAfter(turn, traces, state);
    await turn.world.journal.commit(traces.memory);
    traces.open = null;
    return DONE;
  },
  restore: async ({ intent, world }) => world.host.restore(intent.changes).then(() => DONE),
  discard: async ({ intent, world }) => world.host.discard(intent.changes.map(({ path }) => path)).then(() => DONE),
  forget: async ({ world }, traces) => {
    await world.journal.forget();
    traces.open = null;
    return DONE;
  },
};

function tested(verdict: TestVerdict): Event {
  if (verdict.verdict === "accepted") return { kind: "accepted", strength: verdict.strength };
  return { kind: verdict.verdict === "refused" ? "refused" : "failed", reason: verdict.reason };
}

function told(verdict: SignalVerdict): Event {
  if (verdict.verdict === "signalled") return { kind: "signalled" };
  return verdict.verdict === "failed" ? { kind: "failed", reason: verdict.reason } : { kind: "nobody" };
}

function judged(verdict: RunningVerdict): Event {
  if (verdict.verdict === "verified") return { kind: "verified" };
  return verdict.verdict === "stopped" ? { kind: "nobody" } : { kind: "not_verified", reason: verdict.reason };
}

/** What is remembered: only what was verified, or placed where no Nginx runs. */
async function memoryAfter({ intent, memory, world }: Turn, { running }: Traces, state: State): Promise<Memory> {
  const verified = state.ending === "applied" && running?.verdict === "verified" ? running : null;
  const disk = await world.host.read(intent.remember.placed.map(({ path }) => path));
  const placed = intent.remember.placed.map((file) => ({
    ...file,
    identity:
      identityIfOurs(
        file.hash,
        disk.find(({ path }) => path === file.path),
      ) ?? file.identity,
  }));
  return {
    ...intent.remember,
    generation: verified === null ? memory.generation : intent.generation,
    verified:
      verified === null
        ? null
        : { hash: intent.hash, at: verified.checked ? world.clock.wall() : null, master: verified.master, workers: verified.workers },
    placed,
  };
}

function identityIfOurs(hash: string, file: DiskFile | undefined): DiskFile["identity"] {
  return file?.text != null && hashText(file.text) === hash ? file.identity : null;
}

function whichSide(intent: Intent, disk: readonly DiskFile[]): "before" | "after" | "mixed" {
  const texts = new Map(disk.map(({ path, text }) => [path, text]));
  if (intent.changes.every(({ path, after }) => texts.get(path) === after)) return "after";
  return intent.changes.every(({ path, before }) => texts.get(path) === before) ? "before" : "mixed";
}

function outcomeOf(state: State, { candidate, world }: Turn, memory: Memory, durationMs: number): Outcome {
  const ending = state.ending ?? "failed";
  return {
    at: world.clock.wall(),
    outcome: ending === "restored" ? "rolled_back" : ending,
    generation: ending === "applied" ? memory.generation : null,
    reason: state.reason,
    durationMs: Math.round(durationMs),
    changes: candidate?.changes ?? [],
  };
}
