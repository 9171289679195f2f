import type { UpstreamChange } from "./changes.ts";

/**
 * How an apply ended. `placed` is our word for: tested and on disk, and no Nginx runs that could be verified
 * (or none that we may reload).
 */
export type OutcomeKind = "unchanged" | "applied" | "placed" | "rejected" | "quarantined" | "rolled_back" | "failed";

/** How an apply ended, as data: expected failures are not exceptions. */
export interface Outcome {
  readonly at: string;
  readonly outcome: OutcomeKind;
  /** The number of the generation that was verified, or null. */
  readonly generation: number | null;
  /** Why not, in a whole sentence; null where all is well. */
  readonly reason: string | null;
  /** The code of the error behind it (`support/errors`), where there is one. */
  readonly code: string | null;
  readonly durationMs: number;
  readonly changes: readonly UpstreamChange[];
}
