import type { RunningVerdict, SignalVerdict, TestVerdict } from "../model/host.ts";
import type { Outcome } from "../model/outcome.ts";
import { type ErrorCode, messageOf, UpstreamdError } from "../support/errors.ts";
import type { Apply, Deployed, Traces } from "./apply.ts";
import { step } from "./protocol.ts";
import { memoryBack, memoryInForce } from "./remember.ts";
import { type Effect, type Ending, type Event, IDLE, isOver, type State } from "./states.ts";

/** Steps the protocol from `first` to its end and carries each effect out on the world. It does not throw for what may happen. */
export async function carryOut(first: Event, apply: Apply): Promise<Deployed> {
  const started = apply.world.clock.now();
  const traces: Traces = {
    remark: null,
    placings: [],
    restored: [],
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
  const { memory, open, signalledAt, remark } = traces;
  return { outcome: outcomeOf(state, apply, traces, apply.world.clock.now() - started), memory, open, signalledAt, remark };
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
  sync: async ({ intent, world }) => world.host.sync(intent.changes).then(() => DONE),
  commit: async (apply, traces, state) => {
    if (state.ending !== "nothing") traces.memory = await memoryInForce(apply, traces, state);
    await apply.world.journal.commit(traces.memory);
    traces.open = null;
    return DONE;
  },
  restore: async ({ intent, world }, traces) => {
    traces.restored = await world.host.restore(intent.changes);
    return DONE;
  },
  discard: async ({ intent, world }) => world.host.discard(intent.changes.map(({ path }) => path)).then(() => DONE),
  forget: async ({ world }, traces) => {
    await world.journal.forget();
    traces.open = null;
    return DONE;
  },
  confirm: async (apply, traces, state) => {
    traces.memory = memoryBack(apply, traces, state);
    await apply.world.journal.commit(traces.memory);
    traces.open = null;
    return DONE;
  },
};

function tested(verdict: TestVerdict): Event {
  if (verdict.verdict === "accepted") return { kind: "accepted", strength: verdict.strength };
  return verdict.verdict === "refused" ? { kind: "refused", reason: verdict.reason } : failed(verdict.reason, "NGINX_UNUSABLE");
}

function allowed(obstacle: string | null): Event {
  return obstacle === null ? DONE : failed(obstacle, "NGINX_BUSY");
}

function told(verdict: SignalVerdict): Event {
  if (verdict.verdict === "signalled") return { kind: "signalled" };
  if (verdict.verdict !== "failed") return { kind: "nobody" };
  return verdict.taken ? { kind: "told_in_vain", reason: verdict.reason } : failed(verdict.reason);
}

function judged(verdict: RunningVerdict): Event {
  if (verdict.verdict === "verified") return { kind: "verified" };
  return verdict.verdict === "stopped" ? { kind: "nobody" } : { kind: "not_verified", reason: verdict.reason };
}

function failed(reason: string, code: ErrorCode | null = null): Event {
  return { kind: "failed", reason, code };
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
