/** Time and chance, handed on as values so that everything else can be tested without either. */
export interface Clock {
  /** Milliseconds that never go back; for durations. */
  now(): number;
  /** The wall's time in UTC, as ISO text; only labels records. */
  wall(): string;
  /** Between 0 and 1. */
  random(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
