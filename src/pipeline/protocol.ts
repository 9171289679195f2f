/**
 * The apply protocol as one table: (state, event) -> (state, effects). Pure; `carry-out` carries the effects out. The effects
 * of a step are carried out side by side, and the worst of what they report is the one event that follows: nothing waits
 * for what it does not depend on, such as the staging of files for the verdict of a test.
 */

import { clear, commit, end, forgetful, go, leftover, takeBack, unsettled } from "./moves.ts";
import { type Event, IDLE, type State, type StateName, type Step } from "./states.ts";

/** One step. An event that a state does not know is a bug of ours. */
export function step(state: State, event: Event): Step {
  const rule = TABLE[state.at][event.kind] as ((state: State, event: Event) => Step) | undefined;
  if (rule === undefined) throw new Error(`the apply protocol has no rule for the event ${event.kind} in the state ${state.at}`);
  return rule(state, event);
}

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
    // The renames are made to last while the master is at work: until then the intent answers for them.
    signalled: (state) => go({ ...state, at: "verifying", told: true }, "verify", "sync"),
    nobody: (state) => go({ ...state, at: "syncing" }, "sync"),
    told_in_vain: (state, { reason }) => takeBack({ ...state, told: true }, "rolled_back", { reason, code: null }),
    failed: (state, event) => takeBack(state, "rolled_back", event),
  },
  verifying: {
    verified: (state) => commit(state, "applied"),
    nobody: (state) => takeBack(state, "rolled_back", { reason: "Nginx was gone after it had been told to load it", code: null }),
    not_verified: (state, { reason }) => takeBack(state, "rolled_back", { reason, code: null }),
    failed: (state, event) => takeBack(state, "rolled_back", event),
  },
  syncing: {
    done: (state) => commit(state, "placed"),
    failed: (state, event) => takeBack(state, "failed", event),
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
