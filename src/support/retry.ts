/**
 * How long to wait before try `attempt` (0 is the first retry): doubling from `baseMs`, never above `capMs`, with the
 * upper half of it left to chance so that a thousand of us do not beat in step.
 */
export function backoff(attempt: number, limits: { baseMs: number; capMs: number }, random: number): number {
  const full = Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (random * full) / 2;
}
