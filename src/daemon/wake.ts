import type { Clock } from "../model/clock.ts";
import { linkAbort } from "../support/linked-abort.ts";

/** A bell that many may ring and one waits for; rings between two waits are one. */
export interface Wake {
  ring(): void;
  /** Resolves when it was rung since the last wait, after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWake(clock: Clock): Wake {
  let rung = false;
  let stopWaiting = () => undefined as void;
  return {
    ring: () => {
      rung = true;
      stopWaiting();
    },
    wait: async (ms, signal) => {
      const waiting = linkAbort(signal);
      stopWaiting = waiting.abort;
      if (!rung) await clock.sleep(ms, waiting.signal);
      waiting.unlink();
      rung = false;
    },
  };
}
