import type { Io } from "./io.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Signal = (typeof SIGNALS)[number];

/** What a shell says of a process that one of them ended. */
export const EXIT_OF: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Why it is to end early: a signal, or a stdout that cannot be written; null: nothing is. */
export type Cause = Signal | Error | null;

export interface Interruption {
  readonly stop: AbortSignal;
  cause(): Cause;
  /** Leaves the signals to others again. */
  off(): void;
}

/** Listens for whatever interrupts first. Later ones are heard and change nothing: the stage is being cleared. */
export function listenForInterruption(io: Io): Interruption {
  const controller = new AbortController();
  let cause: Cause = null;
  const interrupt = (by: Signal | Error) => {
    cause ??= by;
    controller.abort();
  };
  io.stdout.on?.("error", interrupt);
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    stop: controller.signal,
    cause: () => cause,
    off: () => {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}
