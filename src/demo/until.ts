import type { Clock } from "../model/clock.ts";

const EVERY_MS = 25;

/** Asks until the answer is acceptable, and resolves with it; throws with the last one when that takes too long. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  clock: Clock,
  deadlineMs = 15_000,
): Promise<T> {
  const deadline = clock.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    if (clock.now() > deadline) throw new Error(`waited ${deadlineMs / 1000} s in vain for ${what}; last seen: ${JSON.stringify(answer)}`);
    await clock.sleep(EVERY_MS);
  }
}
