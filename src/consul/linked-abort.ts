/** A controller that also aborts with `signal`; `unlink` when it is done, for the signal may live much longer. */
export function linkAbort(signal: AbortSignal): { signal: AbortSignal; abort(): void; unlink(): void } {
  const own = new AbortController();
  const abort = (): void => own.abort();
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, abort, unlink: () => signal.removeEventListener("abort", abort) };
}
