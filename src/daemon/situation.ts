import type { ConsulReport } from "../consul/watch.ts";
import { type Belief, recall } from "../model/belief.ts";
import type { Intent } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Settings } from "../model/settings.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Sight } from "../pipeline/turn.ts";
import type { RefusedText } from "../render/user-templates.ts";

/** Outcomes that `status` tells of. */
const OUTCOMES_KEPT = 20;

/** Work that cannot be done now: why, and when it is tried again. It is tried at once when what it depends on changes. */
export interface Obstacle {
  readonly reason: string;
  /** What it depends on, as one text. */
  readonly of: string;
  readonly tries: number;
  /** On the monotonic clock. */
  readonly retryAt: number;
}

/** A text that Nginx refused, and when it may be tried again although nothing about it changed. */
export interface Refusal extends RefusedText {
  readonly tries: number;
  /** On the monotonic clock. */
  readonly retryAt: number;
}

/** All that the daemon knows at one moment. The loop writes it, but for what `follow` hears from Consul; status reads it. */
export interface Situation {
  settings: Settings;
  belief: Belief;
  /** The newest complete answer of Consul; null before the first. */
  snapshot: Snapshot | null;
  /** How Consul is doing; null before anybody could tell. */
  consul: ConsulReport | null;
  memory: Memory;
  /** An apply that is half done: it is finished or taken back before anything else. */
  open: Intent | null;
  /** What the last look showed. */
  seen: Sight | null;
  obstacle: Obstacle | null;
  /** Texts of templates that Nginx refused lately. */
  refusals: readonly Refusal[];
  /** What the operator should know although everything is as it should be, such as a configuration that was refused. */
  notice: string | null;
  /** What should be known of what is in force, such as that it could not be tested within the whole configuration. */
  remark: string | null;
  outcomes: readonly Outcome[];
  /** When the present configuration was taken over, on the monotonic clock. */
  since: number;
  /** When the loop last began a turn, on the monotonic clock. */
  turnedAt: number;
  /** When Nginx was last told, on the monotonic clock. */
  signalledAt: number | null;
}

/** The situation of a daemon that has only just read what survived. */
export function firstSituation(settings: Settings, memory: Memory, open: Intent | null, now: number): Situation {
  return {
    settings,
    belief: recall(memory, settings),
    snapshot: null,
    consul: null,
    memory,
    open,
    seen: null,
    obstacle: null,
    refusals: [],
    notice: null,
    remark: null,
    outcomes: [],
    since: now,
    turnedAt: now,
    signalledAt: null,
  };
}

export function addOutcome(situation: Situation, outcome: Outcome): void {
  situation.outcomes = [...situation.outcomes, outcome].slice(-OUTCOMES_KEPT);
}
