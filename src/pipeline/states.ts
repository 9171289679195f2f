/** What the apply protocol is made of: where an apply can be, what it can do to the world, and what it can hear of it. */

export type StateName =
  | "idle"
  | "testing"
  | "placing"
  | "whole_test"
  | "signalled"
  | "verifying"
  | "syncing"
  | "committed"
  | "restoring"
  | "returning"
  | "settling"
  | "clearing"
  | "blocked";

export type Effect =
  | "test"
  | "ask"
  | "stage"
  | "note"
  | "place"
  | "test_live"
  | "signal"
  | "verify"
  | "sync"
  | "commit"
  | "restore"
  | "discard"
  | "forget"
  | "confirm";

/** What came of the effects, or what the caller asks for (`begin`, `recover`). */
export type Event =
  | { readonly kind: "begin" }
  /** An intent was left open: what stands at its destinations is all old, all new, or some of each; or it is in force already. */
  | { readonly kind: "recover"; readonly disk: "before" | "after" | "mixed" | "in_force" }
  | { readonly kind: "accepted"; readonly strength: "whole" | "fragment" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "done" }
  /** Something refused that is neither the candidate nor Nginx's opinion of it; with the code of its error, where it has one. */
  | { readonly kind: "failed"; readonly reason: string; readonly code: string | null }
  | { readonly kind: "signalled" }
  /** Telling Nginx failed, and may have taken effect all the same. */
  | { readonly kind: "told_in_vain"; readonly reason: string }
  | { readonly kind: "verified" }
  /** No Nginx runs, or it is not ours to reload. */
  | { readonly kind: "nobody" }
  | { readonly kind: "not_verified"; readonly reason: string };

/** How it ends. `nothing`: there was nothing to finish or to take back, and so there is nothing to tell. */
export type Ending = "applied" | "placed" | "rejected" | "rolled_back" | "failed" | "nothing";

export interface State {
  readonly at: StateName;
  /** How strongly the candidate was tested before it was placed. */
  readonly tested: "whole" | "fragment" | null;
  /** Whether a master was told to load what is to be taken back. */
  readonly told: boolean;
  /** Whether the files from before are back, and so new ones to be known by. */
  readonly restored: boolean;
  readonly ending: Ending | null;
  readonly reason: string | null;
  readonly code: string | null;
}

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const IDLE: State = { at: "idle", tested: null, told: false, restored: false, ending: null, reason: null, code: null };

/** Whether a turn is over in this state. */
export function isOver(state: State): boolean {
  return state.at === "idle" || state.at === "blocked";
}
