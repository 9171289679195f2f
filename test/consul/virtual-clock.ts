import type { Clock } from "../../src/model/clock.ts";

export interface VirtualClock extends Clock {
  /** Lets time pass: everything that is due wakes in its order, and what it does is done before time goes on. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** A clock that stands still until it is advanced; chance is what the test says. */
export function virtualClock(random: () => number = () => 0.5): VirtualClock {
  let now = 0;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => now,
    wall: () => new Date(now).toISOString(),
    random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper = { at: now + ms, wake };
        function wake(): void {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        }
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake, { once: true });
      }),
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        now = Math.max(now, next.at);
        next.wake();
      }
      now = end;
    },
  };
}

/** Lets every promise that can go on go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
