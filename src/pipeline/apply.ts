import type { UpstreamChange } from "../model/changes.ts";
import type { Clock } from "../model/clock.ts";
import type { Placing } from "../model/files.ts";
import type { Host, Intent, Journal, RunningVerdict, SignalVerdict } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Outcome } from "../model/outcome.ts";

/** What an apply is carried out on. */
export interface World {
  readonly host: Host;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** How it ended, and what is to be remembered from now on. */
export interface Deployed {
  /** null: there was nothing to finish or to take back. */
  readonly outcome: Outcome | null;
  readonly memory: Memory;
  /** What could be neither finished nor taken back: nothing new may begin before `recover` has closed it. */
  readonly open: Intent | null;
  /** When Nginx was last told, on the monotonic clock; null: not at all. */
  readonly signalledAt: number | null;
  /** What should be known of what is in force, such as that it could not be tested within the whole configuration. */
  readonly remark: string | null;
}

/** What one apply knows from the beginning. */
export interface Apply {
  readonly memory: Memory;
  readonly intent: Intent;
  readonly changes: readonly UpstreamChange[];
  /** What is put right that somebody else did to our destinations; null: nothing. */
  readonly repairs: string | null;
  readonly world: World;
}

/** What its effects leave for the later ones. */
export interface Traces {
  /** What should be known of it although it went well. */
  remark: string | null;
  placings: readonly Placing[];
  restored: readonly Placing[];
  signal: SignalVerdict | null;
  running: RunningVerdict | null;
  signalledAt: number | null;
  memory: Memory;
  open: Intent | null;
}
