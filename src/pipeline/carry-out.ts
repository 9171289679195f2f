import type { UpstreamChange } from "../model/changes.ts";
import type { Clock } from "../model/clock.ts";
import type { Placing } from "../model/files.ts";
import type { Host, Intent, Journal, RunningVerdict, SignalVerdict, TestVerdict } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Outcome } from "../model/outcome.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { type Effect, type Ending, type Event, IDLE, isOver, type State, step } from "./protocol.ts";

/** What an apply is carried out on. */
export interface World {
  readonly host: Host;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** How it ended, and what is to be remembered from now on. */
export interface Deployed {
  /** null: there was nothing to finish or to take back. */
  readonly outcome: Outcome | null;
  readonly memory: Memory;
  /** What could be neither finished nor taken back: nothing new may begin before `recover` has closed it. */
  readonly open: Intent | null;
  /** When Nginx was last told, on the monotonic clock; null: not at all. */
  readonly signalledAt: number | null;
}

/** What one apply knows from the beginning. */
export interface Apply {
  readonly memory: Memory;
  readonly intent: Intent;
  readonly changes: readonly UpstreamChange[];
  /** What is put right that somebody else did to our destinations; null: nothing. */
  readonly repairs: string | null;
  readonly world: World;
}

/** What its effects leave for the later ones. */
interface Traces {
  /** What should be known of it although it went well. */
  remark: string | null;
  placings: readonly Placing[];
  signal: SignalVerdict | null;
  running: RunningVerdict | null;
  signalledAt: number | null;
  memory: Memory;
  open: Intent | null;
}

/** Steps the protocol from `first` to its end and carries each effect out on the world. It does not throw for what may happen. */
export async function carryOut(first: Event, apply: Apply): Promise<Deployed> {
  const started = apply.world.clock.now();
  const traces: Traces = {
    remark: null,
    placings: [],
    signal: null,
    running: null,
    signalledAt: null,
    memory: apply.memory,
    open: apply.intent,
  };
  let { state, effects } = step(IDLE, first);
  while (!isOver(state)) {
    const current = state;
    const events = await Promise.all(effects.map((effect) => carryOutOne(effect, current, apply, traces)));
    ({ state, effects } = step(state, worst(events)));
  }
  const { memory, open, signalledAt } = traces;
  return { outcome: outcomeOf(state, apply, traces, apply.world.clock.now() - started), memory, open, signalledAt };
}

/** An effect that throws has failed: the disk refused, or the machine did something that nobody foresaw. */
async function carryOutOne(effect: Effect, state: State, apply: Apply, traces: Traces): Promise<Event> {
  try {
    return await EFFECTS[effect](apply, traces, state);
  } catch (error) {
    return { kind: "failed", reason: messageOf(error), code: error instanceof UpstreamdError ? error.code : null };
  }
}

/** A refusal comes before a failure, a failure before what the first effect says: so the operator hears what he can mend. */
function worst(events: readonly Event[]): Event {
  const bad = events.find(({ kind }) => kind === "refused") ?? events.find(({ kind }) => kind === "failed");
  return bad ?? events[0] ?? DONE;
}

const DONE: Event = { kind: "done" };

const EFFECTS: Readonly<Record<Effect, (apply: Apply, traces: Traces, state: State) => Promise<Event>>> = {
  test: async ({ intent, world }, traces) => {
    const verdict = await world.host.test(new Map(intent.changes.map(({ path, after }) => [path, after])));
    traces.remark =
      verdict.verdict === "accepted" && verdict.because !== undefined ? `it was tested alone, since ${verdict.because}` : null;
    return tested(verdict);
  },
  ask: async ({ world }) => allowed(await world.host.obstacle()),
  stage: async ({ intent, world }) => world.host.stage(intent.changes).then(() => DONE),
  note: async ({ intent, world }) => world.journal.note(intent).then(() => DONE),
  place: async ({ intent, world }, traces) => {
    traces.placings = await world.host.place(intent.changes);
    return DONE;
  },
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
  commit: async (apply, traces, state) => {
    if (state.ending !== "nothing") traces.memory = await memoryAfter(apply, traces, state);
    await apply.world.journal.commit(traces.memory);
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
  return verdict.verdict === "refused" ? { kind: "refused", reason: verdict.reason } : failed(verdict.reason);
}

function allowed(obstacle: string | null): Event {
  return obstacle === null ? DONE : failed(obstacle);
}

function told(verdict: SignalVerdict): Event {
  if (verdict.verdict === "signalled") return { kind: "signalled" };
  return verdict.verdict === "failed" ? failed(verdict.reason) : { kind: "nobody" };
}

function judged(verdict: RunningVerdict): Event {
  if (verdict.verdict === "verified") return { kind: "verified" };
  return verdict.verdict === "stopped" ? { kind: "nobody" } : { kind: "not_verified", reason: verdict.reason };
}

function failed(reason: string): Event {
  return { kind: "failed", reason, code: null };
}

/** What is remembered: only what was verified, or placed where nobody could be told. */
async function memoryAfter({ intent, memory, world }: Apply, { running, placings }: Traces, state: State): Promise<Memory> {
  const verified = state.ending === "applied" && running?.verdict === "verified" ? running : null;
  return {
    ...intent.remember,
    generation: verified === null ? memory.generation : intent.generation,
    verified:
      verified === null
        ? null
        : { hash: intent.hash, at: verified.checked ? world.clock.wall() : null, master: verified.master, workers: verified.workers },
    placed: await placedNow(intent, placings, world.host),
  };
}

/** What was placed by whom is known from the placing itself, from memory, or else, late but safe, from what stands there now. */
async function placedNow({ remember }: Intent, placings: readonly Placing[], host: Host): Promise<Memory["placed"]> {
  const unknown = remember.placed.filter(
    ({ path, identity }) => identity.inode === "" && !placings.some((placing) => placing.path === path),
  );
  const [disk, { at }] = await Promise.all([host.read(unknown.map(({ path }) => path)), host.observe()]);
  return remember.placed.map((file) => {
    const standing = disk.find(({ path }) => path === file.path)?.identity;
    return {
      ...file,
      ...(standing == null ? {} : { identity: standing, placedAt: at }),
      ...placings.find(({ path }) => path === file.path),
    };
  });
}

function outcomeOf({ ending, reason, code }: State, apply: Apply, { memory, remark }: Traces, durationMs: number): Outcome | null {
  if (ending === "nothing") return null;
  const outcome: Exclude<Ending, "nothing"> = ending ?? "failed";
  const generation = outcome === "applied" ? memory.generation : null;
  const words = [reason, apply.repairs, remark].filter((text) => text !== null);
  return {
    at: apply.world.clock.wall(),
    outcome,
    generation,
    reason: words.length === 0 ? null : words.join("; "),
    code,
    durationMs: Math.round(durationMs),
    changes: apply.changes,
  };
}
