import type { Clock } from "../model/clock.ts";

/** How to wait: by which clock, and until when at the latest anybody wants to know. */
export interface Patience {
  readonly clock: Clock;
  /** Ends every wait at once. */
  readonly stop: AbortSignal;
}

const EVERY_MS = 25;
const DEADLINE_MS = 15_000;

/** Asks until the answer is acceptable, and resolves with it; throws with the last one when that takes too long, and when stopped. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  accept: (answer: T) => boolean,
  { clock, stop }: Patience,
): Promise<T> {
  const deadline = clock.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    stop.throwIfAborted();
    if (accept(answer)) return answer;
    if (clock.now() > deadline) throw new Error(`waited ${DEADLINE_MS / 1000} s in vain for ${what}; last seen: ${JSON.stringify(answer)}`);
    await clock.sleep(EVERY_MS, stop);
  }
}
