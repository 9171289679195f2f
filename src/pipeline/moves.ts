/** The moves that the rows of the apply protocol share, and what an ending says when not all of it went well. */

import type { Effect, Ending, State, Step } from "./states.ts";

export function go(state: State, ...effects: Effect[]): Step {
  return { state, effects };
}

export function commit(state: State, ending: Ending): Step {
  return go({ ...state, at: "committed", ending }, "commit");
}

export function takeBack(state: State, ending: Ending, { reason, code }: Pick<State, "reason" | "code">): Step {
  return go({ ...state, at: "restoring", ending, reason, code }, "restore");
}

/** Where files were put back, what is known of them and of who runs them has to be remembered anew. */
export function clear(state: State): Step {
  return go({ ...state, at: "clearing" }, "discard", state.restored ? "confirm" : "forget");
}

export function end(state: State, at: "idle" | "blocked"): Step {
  return { state: { ...state, at }, effects: [] };
}

/** Not even what was before is as it should be. */
export function unsettled(state: State, what: string, { reason }: { readonly reason: string }): State {
  const words = [state.reason, `${what}: ${reason}`].filter((text) => text !== null);
  return { ...state, ending: "failed", reason: words.join("; and "), code: "NOT_VERIFIED" };
}

/** All is well but for the disk that memory is on. */
export function forgetful(state: State, { reason, code }: Pick<State, "code"> & { readonly reason: string }): State {
  const ending = state.ending === "nothing" ? "failed" : state.ending;
  return { ...state, ending, reason: `it is in force, but cannot be remembered: ${reason}`, code };
}

/** What was begun is taken back, but some of it still lies about. */
export function leftover(state: State, reason: string): State {
  const words = [state.reason, `what was begun cannot be cleared away: ${reason}`].filter((text) => text !== null);
  return { ...state, ending: state.ending === "nothing" ? "failed" : state.ending, reason: words.join("; and ") };
}
