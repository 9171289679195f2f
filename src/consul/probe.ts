import type { Clock } from "../model/clock.ts";
import { linkAbort } from "../support/linked-abort.ts";
import type { ConsulClient } from "./client.ts";
import { ConsulError } from "./consul-error.ts";

/** Finds out whether it is the agent that is sick, for all watches together, and ends their waiting when it is well again. */
export interface Probe {
  /** A watch failed in a way that may be the agent's: looks, unless it looks already. */
  suspect(): void;
  /** A watch was answered: whatever the probe thinks, the agent is well. */
  acquit(): void;
  /** Whether the agent was found to be down, and nothing proved the contrary since. */
  isDown(): boolean;
  /** Waits, but no longer than until the agent is well again. */
  pause(ms: number): Promise<void>;
  /** How often the agent was found to be well again. */
  recoveries(): number;
  /** Resolves when no look is in progress. */
  settled(): Promise<void>;
}

const EVERY_MS = 500;
const TIMEOUT_MS = 1_000;

/** `onTurn` is called each time the agent is found to be down, or well again. */
export function createProbe(options: { client: ConsulClient; clock: Clock; signal: AbortSignal; onTurn: () => void }): Probe {
  const { client, clock, signal, onTurn } = options;
  const waiting = new Set<{ abort(): void }>();
  let suspected = false;
  let down = false;
  let recoveries = 0;
  let looking: Promise<void> | null = null;
  const turn = (isDown: boolean): void => {
    if (down === isDown) return;
    down = isDown;
    if (!down) {
      recoveries += 1;
      for (const waiter of waiting) waiter.abort();
    }
    onTurn();
  };
  const look = async (): Promise<void> => {
    while (suspected && !signal.aborted) {
      if (await isWell(client, signal)) return acquit();
      // A watch that was answered while we looked counts for more than what we saw.
      if (suspected && !signal.aborted) turn(true);
      await clock.sleep(EVERY_MS, signal);
    }
  };
  const acquit = (): void => {
    suspected = false;
    turn(false);
  };
  return {
    suspect: () => {
      suspected = true;
      looking ??= look().finally(() => {
        looking = null;
      });
    },
    acquit,
    isDown: () => down,
    recoveries: () => recoveries,
    pause: (ms) => pause(ms, waiting, clock, signal),
    settled: async () => {
      await looking;
    },
  };
}

async function isWell(client: ConsulClient, signal: AbortSignal): Promise<boolean> {
  try {
    return (await client.leader({ timeoutMs: TIMEOUT_MS, signal })) !== "";
  } catch (error) {
    if (!(error instanceof ConsulError)) throw error;
    // Too many connections: somebody is there, and counts.
    return error.status === 429;
  }
}

async function pause(ms: number, waiting: Set<{ abort(): void }>, clock: Clock, signal: AbortSignal): Promise<void> {
  const waiter = linkAbort(signal);
  waiting.add(waiter);
  await clock.sleep(ms, waiter.signal);
  waiting.delete(waiter);
  waiter.unlink();
}
