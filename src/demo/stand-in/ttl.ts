import type { Clock } from "../../model/clock.ts";

export interface TtlTimers {
  /** Starts the time of a check, or starts it anew with another length. */
  start(checkId: string, ttlMs: number): void;
  /** Starts it anew; false for a check that has none. */
  refresh(checkId: string): boolean;
  stop(checkId: string): void;
  stopAll(): void;
}

/** One timer for each TTL check; `expired` is told when nobody refreshed it in time. */
export function createTtlTimers(clock: Clock, expired: (checkId: string) => void): TtlTimers {
  const running = new Map<string, { ttlMs: number; abort: AbortController }>();
  const stop = (checkId: string) => {
    running.get(checkId)?.abort.abort();
    running.delete(checkId);
  };
  const start = (checkId: string, ttlMs: number) => {
    stop(checkId);
    const abort = new AbortController();
    running.set(checkId, { ttlMs, abort });
    void clock.sleep(ttlMs, abort.signal).then(() => {
      if (!abort.signal.aborted) expired(checkId);
    });
  };
  return {
    start,
    stop,
    refresh: (checkId) => {
      const timer = running.get(checkId);
      if (timer !== undefined) start(checkId, timer.ttlMs);
      return timer !== undefined;
    },
    stopAll: () => [...running.keys()].forEach(stop),
  };
}
