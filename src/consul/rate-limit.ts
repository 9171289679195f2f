import type { Clock } from "../model/clock.ts";

const BURST = 10;
const MS_EACH = 200;

/**
 * Returns a function that resolves when one more request may be made: ten at once, then five a second. It stands before
 * asking again and never between an answer and its delivery, and it keeps an answer that does not block from becoming a
 * hot loop.
 */
export function createRateLimit(clock: Clock): (signal: AbortSignal) => Promise<void> {
  let tokens = BURST;
  let countedAt = clock.now();
  const refill = (): void => {
    const now = clock.now();
    tokens = Math.min(BURST, tokens + (now - countedAt) / MS_EACH);
    countedAt = now;
  };
  return async (signal) => {
    refill();
    tokens -= 1;
    if (tokens < 0) await clock.sleep(Math.ceil(-tokens * MS_EACH), signal);
  };
}
