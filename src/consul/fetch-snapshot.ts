import type { Clock } from "../model/clock.ts";
import { type Answer, type Snapshot, type Watch, watchKey } from "../model/snapshot.ts";
import { UpstreamdError } from "../support/errors.ts";
import { linkAbort } from "../support/linked-abort.ts";
import { backoff } from "../support/retry.ts";
import { askAndJudge } from "./ask.ts";
import { type ConsulClient, QUICK_TIMEOUT_MS } from "./client.ts";
import { type Doubt, nameOf } from "./doubt.ts";
import { FROM_THE_START } from "./index-rules.ts";

export interface FetchOptions {
  readonly client: ConsulClient;
  readonly watches: readonly Watch[];
  readonly clock: Clock;
  /** For all of it together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * What Consul says now, for commands that run once: every watch answered believably, or an error that names the one that
 * was not. What may pass by itself is tried again until the time is over, anything else once. Throws `CONSUL`, or
 * `CONFIG_INVALID` for what can never be answered, such as a filter that is not one.
 */
export async function fetchSnapshot({ client, watches, clock, timeoutMs, signal }: FetchOptions): Promise<Snapshot> {
  const stop = linkAbort(signal);
  const options = { client, clock, deadline: clock.now() + timeoutMs, timeoutMs, signal: stop.signal };
  const answers = new Map<string, Answer>();
  const queue = watches.values();
  const work = async (): Promise<void> => {
    for (const watch of queue) answers.set(watchKey(watch), await fetchOne(watch, options));
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  try {
    await Promise.all(workers);
  } finally {
    stop.abort();
    stop.unlink();
    await Promise.allSettled(workers);
  }
  return { answers: new Map(watches.map((watch) => [watchKey(watch), answers.get(watchKey(watch)) ?? unanswered(watch)])) };
}

const AT_ONCE = 8;
const PAUSE = { baseMs: 250, capMs: 1_000 };

interface OneOptions extends Omit<FetchOptions, "watches"> {
  readonly deadline: number;
}

async function fetchOne(watch: Watch, options: OneOptions): Promise<Answer> {
  const { client, clock, deadline, signal } = options;
  let last: Doubt | null = null;
  for (let failures = 0; clock.now() < deadline; failures++) {
    const timeoutMs = Math.max(1, Math.ceil(Math.min(QUICK_TIMEOUT_MS, deadline - clock.now())));
    const verdict = await askAndJudge(client, watch, { index: FROM_THE_START, waitMs: 0, stale: false, timeoutMs, signal }, 0);
    if (verdict === null)
      throw new UpstreamdError("CONSUL", `Asking Consul for ${nameOf(watch)} was interrupted.`, "Start the command again.");
    if (verdict.kind === "believed") return { kind: "believed", instances: verdict.instances, strangers: verdict.strangers };
    last = verdict.doubt;
    if (last.retry === "configuration") throw new UpstreamdError("CONFIG_INVALID", last.because, last.hint);
    if (last.scope === "watch" && failures > 0) throw new UpstreamdError("CONSUL", last.because, last.hint);
    await clock.sleep(Math.min(backoff(failures, PAUSE, clock.random()), Math.max(0, deadline - clock.now())), signal);
  }
  throw outOfTime(watch, last, options.timeoutMs);
}

function outOfTime(watch: Watch, last: Doubt | null, timeoutMs: number): UpstreamdError {
  const because = last?.because ?? `Its turn did not come for ${nameOf(watch)}.`;
  return new UpstreamdError(
    "CONSUL",
    `Consul gave no answer to be trusted within ${timeoutMs / 1000} s. ${because}`,
    "See whether the agent at consul.address is well, or allow more with --timeout.",
  );
}

function unanswered(watch: Watch): never {
  throw new Error(`no answer was kept for ${nameOf(watch)}`);
}
