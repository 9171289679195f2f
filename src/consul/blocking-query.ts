import type { Clock } from "../model/clock.ts";
import type { ConsulSettings } from "../model/configuration.ts";
import type { Watch } from "../model/snapshot.ts";
import { backoff } from "../support/retry.ts";
import { askAndJudge } from "./ask.ts";
import { type ConsulClient, QUICK_TIMEOUT_MS } from "./client.ts";
import type { Doubt } from "./doubt.ts";
import { frozenDoubt } from "./doubt-error.ts";
import { FROM_THE_START, nextIndex, type QueryIndex } from "./index-rules.ts";
import { type BelievedAnswer, isSuspicious, type Verdict } from "./judge.ts";
import { createRateLimit } from "./rate-limit.ts";

/** What one watch has to tell: an answer that is believed, one that is not, or that none came although it was due. */
export type QueryEvent =
  | { readonly kind: "answer"; readonly answer: BelievedAnswer }
  | { readonly kind: "doubt" | "overdue"; readonly doubt: Doubt };

export interface QueryOptions {
  readonly client: ConsulClient;
  readonly watch: Watch;
  readonly settings: ConsulSettings;
  readonly clock: Clock;
  readonly hope: Hope;
  readonly signal: AbortSignal;
}

/** What ends the waiting of a watch that fails (`Probe` by shape). */
export interface Hope {
  /** Waits between two tries; returns early when there is reason to hope. */
  pause(ms: number): Promise<void>;
  /** How often there was reason to hope: then waiting begins with short times again. */
  recoveries(): number;
}

/** The loop of one watch. It ends only by the signal: neither an error nor an odd answer stops it. */
export async function* blockingQuery(options: QueryOptions): AsyncGenerator<QueryEvent, void, undefined> {
  const { watch, clock, hope, signal } = options;
  const allowed = createRateLimit(clock);
  let state: QueryState = { index: FROM_THE_START, previous: null, failures: 0, recoveries: hope.recoveries() };
  for (;;) {
    await allowed(signal);
    const asking = ask(options, state);
    if (await asking.isOverdue) yield { kind: "overdue", doubt: frozenDoubt(watch) };
    const verdict = await asking.verdict;
    if (verdict === null) return;
    yield verdict.kind === "believed" ? { kind: "answer", answer: verdict } : { kind: "doubt", doubt: verdict.doubt };
    state = after(state, verdict, hope.recoveries());
    if (verdict.kind === "doubted") await hope.pause(backoff(state.failures - 1, PATIENCE[verdict.doubt.retry], clock.random()));
  }
}

/** How late an answer may be, beyond the share that the agent adds by itself, until it is overdue; as long again until it is given up. */
const GRACE_MS = 5_000;

/** When a query that blocks for `waitMs` is overdue: the agent adds up to a sixteenth (facts: Consul: waiting). */
export function overdueAfter(waitMs: number): number {
  return waitMs + waitMs / 16 + GRACE_MS;
}

/** What only the operator can mend; it costs the agent next to nothing to be asked. */
const SLOWLY = { baseMs: 1_000, capMs: 5_000 };
const PATIENCE = { soon: { baseMs: 250, capMs: 30_000 }, slowly: SLOWLY, configuration: SLOWLY };
/** The share of the wait that is left to chance, so that a thousand watches do not beat in step. */
const JITTER = 0.1;

interface QueryState {
  readonly index: QueryIndex;
  readonly previous: BelievedAnswer | null;
  /** Doubted answers one after the other, since there was reason to hope. */
  readonly failures: number;
  readonly recoveries: number;
}

/** `again`: it was asked for a second time, from the start. null: given up through the signal. */
type Answered = (Verdict & { readonly again: boolean }) | null;

function after({ index, previous, failures, ...before }: QueryState, verdict: NonNullable<Answered>, recoveries: number): QueryState {
  if (verdict.kind === "believed") {
    return { index: nextIndex(verdict.again ? FROM_THE_START : index, verdict.index), previous: verdict, failures: 0, recoveries };
  }
  return { index: FROM_THE_START, previous, failures: recoveries === before.recoveries ? failures + 1 : 1, recoveries };
}

/** One request with its alarm, which is told apart from the answer by coming first. */
function ask(options: QueryOptions, state: QueryState): { verdict: Promise<Answered>; isOverdue: Promise<boolean> } {
  const { settings, clock } = options;
  const waitMs = state.index === FROM_THE_START ? 0 : settings.waitMs * (1 - JITTER * clock.random());
  const answered = new AbortController();
  const verdict = request(options, state, waitMs).finally(() => answered.abort());
  return { verdict, isOverdue: clock.sleep(overdueAfter(waitMs), answered.signal).then(() => !answered.signal.aborted) };
}

async function request(options: QueryOptions, { index, previous }: QueryState, waitMs: number): Promise<Answered> {
  const { client, watch, settings, signal } = options;
  const fromStart = { index: FROM_THE_START, waitMs: 0, stale: false, timeoutMs: QUICK_TIMEOUT_MS, signal };
  const blocking = { index, waitMs, stale: settings.staleMs > 0, timeoutMs: overdueAfter(waitMs) + GRACE_MS, signal };
  const first = await askAndJudge(client, watch, index === FROM_THE_START ? fromStart : blocking, settings.staleMs);
  if (first === null) return null;
  if (!isClaim(first, index, previous)) return { ...first, again: false };
  const second = await askAndJudge(client, watch, fromStart, settings.staleMs);
  return second === null ? null : { ...second, again: true };
}

/** An answer from the start came in default consistency: it is the truth or an error. Any other may have to be asked for again. */
function isClaim(verdict: Verdict, index: QueryIndex, previous: BelievedAnswer | null): boolean {
  if (index === FROM_THE_START) return false;
  return verdict.kind === "believed"
    ? isSuspicious(previous, verdict, index)
    : verdict.doubt.disbelief.state === "stale" && verdict.doubt.scope === "agent";
}
