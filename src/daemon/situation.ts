import type { ConsulReport } from "../consul/watch.ts";
import type { Belief } from "../model/belief.ts";
import type { Intent } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Settings } from "../model/settings.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Candidate, Observed } from "../pipeline/prepare.ts";

/** Outcomes that `status` tells of. */
const OUTCOMES_KEPT = 20;

/** All that the daemon knows at one moment. The loop and the watcher write it, status reads it. */
export interface Situation {
  settings: Settings;
  belief: Belief;
  /** The newest complete answer of Consul; null before the first. */
  snapshot: Snapshot | null;
  memory: Memory;
  /** An apply that is half done: it is finished or taken back before anything else. */
  open: Intent | null;
  consul: ConsulReport;
  /** What was last prepared, and for what machine. */
  seen: { readonly candidate: Candidate; readonly observed: Observed } | null;
  /** Why the work at hand cannot be done now. */
  blocked: string | null;
  /** What the operator should know although everything is as it should be, such as a configuration that was refused. */
  notice: string | null;
  outcomes: readonly Outcome[];
  /** When the loop last began a turn, on the monotonic clock. */
  turnedAt: number;
  /** When Nginx was last told, on the monotonic clock. */
  signalledAt: number | null;
}

export function remember(situation: Situation, outcome: Outcome): void {
  situation.outcomes = [...situation.outcomes, outcome].slice(-OUTCOMES_KEPT);
}
