/**
 * The apply protocol as one table: (state, event) -> (state, effects). Pure; `deploy` carries the effects out. The effects
 * of a step are carried out side by side, and the worst of what they report is the one event that follows: nothing waits
 * for what it does not depend on, such as the staging of files for the verdict of a test.
 */

export type StateName =
  | "idle"
  | "testing"
  | "placing"
  | "whole_test"
  | "signalled"
  | "verifying"
  | "committed"
  | "restoring"
  | "returning"
  | "settling"
  | "clearing"
  | "blocked";

export type Effect = "test" | "stage" | "note" | "place" | "test_live" | "signal" | "verify" | "commit" | "restore" | "discard" | "forget";

/** What came of the effects, or what the caller asks for (`begin`, `recover`). */
export type Event =
  | { readonly kind: "begin" }
  /** An intent was left open: what stands at its destinations is all old, all new, or some of each; or it is in force already. */
  | { readonly kind: "recover"; readonly disk: "before" | "after" | "mixed" | "in_force" }
  | { readonly kind: "accepted"; readonly strength: "whole" | "fragment" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "signalled" }
  | { readonly kind: "verified" }
  /** No Nginx runs, or it is not ours to reload. */
  | { readonly kind: "nobody" }
  | { readonly kind: "not_verified"; readonly reason: string };

/** How it ends: `restored` is the end of a recovery that took an apply back which nobody was told of. */
export type Ending = "applied" | "placed" | "rejected" | "rolled_back" | "failed" | "restored";

export interface State {
  readonly at: StateName;
  /** How strongly the candidate was tested before it was placed. */
  readonly tested: "whole" | "fragment" | null;
  /** Whether a master was told to load what is to be taken back. */
  readonly told: boolean;
  readonly ending: Ending | null;
  readonly reason: string | null;
}

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const IDLE: State = { at: "idle", tested: null, told: false, ending: null, reason: null };

type Rule<Kind extends Event["kind"]> = (state: State, event: Extract<Event, { kind: Kind }>) => Step;
type Row = { readonly [Kind in Event["kind"]]?: Rule<Kind> };

const begin: Row = {
  begin: () => go({ ...IDLE, at: "testing" }, "test", "stage", "note"),
};

export const TABLE: Readonly<Record<StateName, Row>> = {
  idle: {
    ...begin,
    recover: (state, { disk }) => {
      if (disk === "before" || disk === "in_force") return clear({ ...state, ending: "restored" });
      if (disk === "mixed") return takeBack(state, "restored", "an apply was cut short");
      return go({ ...state, at: "whole_test" }, "test_live");
    },
  },
  testing: {
    accepted: (state, { strength }) => go({ ...state, at: "placing", tested: strength }, "place"),
    refused: (state, { reason }) => clear({ ...state, ending: "rejected", reason }),
    failed: (state, { reason }) => clear({ ...state, ending: "failed", reason }),
  },
  placing: {
    done: (state) =>
      state.tested === "whole" ? go({ ...state, at: "signalled" }, "signal") : go({ ...state, at: "whole_test" }, "test_live"),
    failed: (state, { reason }) => takeBack(state, "failed", reason),
  },
  whole_test: {
    accepted: (state) => go({ ...state, at: "signalled" }, "signal"),
    refused: (state, { reason }) => takeBack(state, "rejected", reason),
    failed: (state, { reason }) => takeBack(state, "failed", reason),
  },
  signalled: {
    signalled: (state) => go({ ...state, at: "verifying", told: true }, "verify"),
    nobody: (state) => commit(state, "placed"),
    failed: (state, { reason }) => takeBack(state, "failed", reason),
  },
  verifying: {
    verified: (state) => commit(state, "applied"),
    nobody: (state) => commit(state, "placed"),
    not_verified: (state, { reason }) => takeBack(state, "rolled_back", reason),
    failed: (state, { reason }) => takeBack(state, "rolled_back", reason),
  },
  committed: {
    done: (state) => end(state, "idle"),
    // It runs; only a restart will not know. The intent stays open, so that it is looked at again.
    failed: (state, { reason }) => end({ ...state, reason: `it runs, but cannot be remembered: ${reason}` }, "idle"),
  },
  restoring: {
    done: (state) => (state.told ? go({ ...state, at: "returning" }, "signal") : clear(state)),
    // The intent stays open: the next start, or the next try, finds the files from before in the journal.
    failed: (state, { reason }) =>
      end({ ...state, ending: "failed", reason: `${state.reason}; and what was there before cannot be put back: ${reason}` }, "blocked"),
  },
  returning: {
    signalled: (state) => go({ ...state, at: "settling" }, "verify"),
    nobody: (state) => clear(state),
    failed: (state, { reason }) => clear(unsettled(state, reason)),
  },
  settling: {
    verified: (state) => clear(state),
    nobody: (state) => clear(state),
    not_verified: (state, { reason }) => clear(unsettled(state, reason)),
    failed: (state, { reason }) => clear(unsettled(state, reason)),
  },
  clearing: {
    done: (state) => end(state, state.ending === "restored" ? "idle" : "blocked"),
    failed: (state, { reason }) => end({ ...state, reason: [state.reason, reason].filter((text) => text !== null).join("; ") }, "blocked"),
  },
  blocked: begin,
};

/** One step. An event that a state does not know is a bug of ours. */
export function step(state: State, event: Event): Step {
  const rule = TABLE[state.at][event.kind] as ((state: State, event: Event) => Step) | undefined;
  if (rule === undefined) throw new Error(`the apply protocol has no rule for the event ${event.kind} in the state ${state.at}`);
  return rule(state, event);
}

/** Whether a turn is over in this state. */
export function isOver(state: State): boolean {
  return state.at === "idle" || state.at === "blocked";
}

function go(state: State, ...effects: Effect[]): Step {
  return { state, effects };
}

function commit(state: State, ending: Ending): Step {
  return go({ ...state, at: "committed", ending }, "commit");
}

function takeBack(state: State, ending: Ending, reason: string): Step {
  return go({ ...state, at: "restoring", ending, reason }, "restore");
}

function clear(state: State): Step {
  return go({ ...state, at: "clearing" }, "discard", "forget");
}

function unsettled(state: State, reason: string): State {
  return { ...state, ending: "failed", reason: `${state.reason}; and the return to what ran before is not verified: ${reason}` };
}

function end(state: State, at: "idle" | "blocked"): Step {
  return { state: { ...state, at }, effects: [] };
}
