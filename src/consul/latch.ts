/** A door that one waits at and others open; opened many times while nobody waits, it lets through once. */
export interface Latch {
  open(): void;
  /** Lets whoever waits throw: for what must not happen. */
  fail(error: unknown): void;
  /** Resolves to true when it was opened, and to false when the signal aborted. */
  passed(): Promise<boolean>;
}

/** A latch that nobody waits at any more once the signal aborts. */
export function createLatch(signal: AbortSignal): Latch {
  let opened = false;
  let failure: { readonly error: unknown } | null = null;
  let wake = (): void => undefined;
  signal.addEventListener("abort", () => wake(), { once: true });
  return {
    open: () => {
      opened = true;
      wake();
    },
    fail: (error) => {
      failure = { error };
      wake();
    },
    passed: async () => {
      if (!opened && failure === null && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      opened = false;
      if (failure !== null) throw failure.error;
      return !signal.aborted;
    },
  };
}
