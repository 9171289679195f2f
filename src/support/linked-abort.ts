import { setMaxListeners } from "node:events";

/**
 * A controller that also aborts with `signal`; `unlink` when it is done, for the signal may live much longer. Any number
 * may listen to it: a listener for each watch is no leak.
 */
export function linkAbort(signal: AbortSignal): { signal: AbortSignal; abort(): void; unlink(): void } {
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const abort = (): void => own.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, abort, unlink: () => signal.removeEventListener("abort", abort) };
}
