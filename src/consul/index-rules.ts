/**
 * An index of Consul as text: it may be beyond what a double holds. "0" means: do not block, tell what is there now.
 * After any error the next request is asked with it, for an index above the agent's own makes a query deaf for its
 * whole wait (facts: Consul: index rules).
 */
export type QueryIndex = string;

export const FROM_THE_START: QueryIndex = "0";

/** The index to block on after an answer: from the start again when it went back, and never 0, which would not block. */
export function nextIndex(asked: QueryIndex, answered: QueryIndex): QueryIndex {
  if (wentBack(asked, answered)) return FROM_THE_START;
  return BigInt(answered) < 1n ? "1" : BigInt(answered).toString();
}

/** Whether an answer is from before what was asked for: a restored snapshot, an agent without its memory, a follower that lags. */
export function wentBack(asked: QueryIndex, answered: QueryIndex): boolean {
  return BigInt(answered) < BigInt(asked);
}

/** The index in a header, or null where there is none that could be used. */
export function parseIndex(header: string | undefined): QueryIndex | null {
  return header !== undefined && /^[0-9]{1,40}$/.test(header) ? header : null;
}
