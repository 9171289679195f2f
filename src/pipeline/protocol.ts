/**
 * The apply protocol as one table: (state, event) -> (state, effects). Pure; `carry-out` carries the effects out. The effects
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

export type Effect =
  | "test"
  | "ask"
  | "stage"
  | "note"
  | "place"
  | "test_live"
  | "signal"
  | "verify"
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

type Rule<Kind extends Event["kind"]> = (state: State, event: Extract<Event, { kind: Kind }>) => Step;
type Row = { readonly [Kind in Event["kind"]]?: Rule<Kind> };

const begin: Row = {
  begin: () => go({ ...IDLE, at: "testing" }, "test", "ask", "stage", "note"),
};

export const TABLE: Readonly<Record<StateName, Row>> = {
  idle: {
    ...begin,
    recover: (state, { disk }) => {
      if (disk === "in_force") return commit(state, "nothing");
      if (disk === "before") return clear({ ...state, ending: "nothing" });
      if (disk === "mixed") return takeBack(state, "rolled_back", { reason: "an apply was cut short", code: null });
      return go({ ...state, at: "whole_test" }, "test_live");
    },
  },
  testing: {
    accepted: (state, { strength }) => go({ ...state, at: "placing", tested: strength }, "place"),
    refused: (state, { reason }) => clear({ ...state, ending: "rejected", reason }),
    failed: (state, { reason, code }) => clear({ ...state, ending: "failed", reason, code }),
  },
  placing: {
    done: (state) =>
      state.tested === "whole" ? go({ ...state, at: "signalled" }, "signal") : go({ ...state, at: "whole_test" }, "test_live"),
    failed: (state, event) => takeBack(state, "failed", event),
  },
  whole_test: {
    accepted: (state) => go({ ...state, at: "signalled" }, "signal"),
    refused: (state, { reason }) => takeBack(state, "rejected", { reason, code: null }),
    failed: (state, event) => takeBack(state, "rolled_back", event),
  },
  signalled: {
    signalled: (state) => go({ ...state, at: "verifying", told: true }, "verify"),
    nobody: (state) => commit(state, "placed"),
    told_in_vain: (state, { reason }) => takeBack({ ...state, told: true }, "rolled_back", { reason, code: null }),
    failed: (state, event) => takeBack(state, "rolled_back", event),
  },
  verifying: {
    verified: (state) => commit(state, "applied"),
    nobody: (state) => takeBack(state, "rolled_back", { reason: "Nginx was gone after it had been told to load it", code: null }),
    not_verified: (state, { reason }) => takeBack(state, "rolled_back", { reason, code: null }),
    failed: (state, event) => takeBack(state, "rolled_back", event),
  },
  committed: {
    done: (state) => end(state, "idle"),
    // It is in force; only a restart would not know. The intent stays open, so that it is remembered as soon as it can be.
    failed: (state, event) => end(forgetful(state, event), "idle"),
  },
  restoring: {
    done: (state) => (state.told ? go({ ...state, at: "returning", restored: true }, "signal") : clear({ ...state, restored: true })),
    // The intent stays open: nothing else begins before the files from before are back.
    failed: (state, event) => end(unsettled(state, "what was there before cannot be put back", event), "blocked"),
  },
  returning: {
    signalled: (state) => go({ ...state, at: "settling" }, "verify"),
    nobody: (state) => clear(state),
    told_in_vain: (state, event) => clear(unsettled(state, NOT_BACK, event)),
    failed: (state, event) => clear(unsettled(state, NOT_BACK, event)),
  },
  settling: {
    verified: (state) => clear(state),
    nobody: (state) => clear(state),
    not_verified: (state, event) => clear(unsettled(state, NOT_BACK, event)),
    failed: (state, event) => clear(unsettled(state, NOT_BACK, event)),
  },
  clearing: {
    done: (state) => end(state, state.ending === "nothing" ? "idle" : "blocked"),
    failed: (state, { reason }) => end(leftover(state, reason), "blocked"),
  },
  blocked: begin,
};

const NOT_BACK = "the return to what ran before is not verified";

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

function takeBack(state: State, ending: Ending, { reason, code }: Pick<State, "reason" | "code">): Step {
  return go({ ...state, at: "restoring", ending, reason, code }, "restore");
}

/** Where files were put back, what is known of them and of who runs them has to be remembered anew. */
function clear(state: State): Step {
  return go({ ...state, at: "clearing" }, "discard", state.restored ? "confirm" : "forget");
}

/** Not even what was before is as it should be. */
function unsettled(state: State, what: string, { reason }: { readonly reason: string }): State {
  const words = [state.reason, `${what}: ${reason}`].filter((text) => text !== null);
  return { ...state, ending: "failed", reason: words.join("; and "), code: "NOT_VERIFIED" };
}

/** All is well but for the disk that memory is on. */
function forgetful(state: State, { reason, code }: Pick<State, "code"> & { readonly reason: string }): State {
  const ending = state.ending === "nothing" ? "failed" : state.ending;
  return { ...state, ending, reason: `it is in force, but cannot be remembered: ${reason}`, code };
}

/** What was begun is taken back, but some of it still lies about. */
function leftover(state: State, reason: string): State {
  const words = [state.reason, `what was begun cannot be cleared away: ${reason}`].filter((text) => text !== null);
  return { ...state, ending: state.ending === "nothing" ? "failed" : state.ending, reason: words.join("; and ") };
}

function end(state: State, at: "idle" | "blocked"): Step {
  return { state: { ...state, at }, effects: [] };
}
