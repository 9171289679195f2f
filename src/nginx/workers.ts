import type { ProcessId, Worker } from "../model/nginx-process.ts";
import { listChildren, readTitle } from "./proc.ts";

/** The children of a master at one moment. */
export interface Children {
  readonly workers: readonly Worker[];
  /** Workers of all generations and helpers. */
  readonly processes: number;
}

const STATES: Readonly<Record<string, Worker["state"]>> = {
  "nginx: worker process": "live",
  "nginx: worker process is shutting down": "shutting_down",
};

/** Tells workers by the titles that Nginx gives them: a new one keeps its master's until it is ready to serve (facts: Reload and what proves it). */
export function readChildren(master: ProcessId): Children {
  const children = listChildren(master.pid);
  const workers = children.flatMap(({ pid, startTicks }) => {
    const state = stateOf(readTitle(pid));
    return state === null ? [] : [{ pid, startTicks, state }];
  });
  return { workers, processes: children.length };
}

/** null for cache managers and the like. */
function stateOf(title: string): Worker["state"] | null {
  return STATES[title] ?? (title.startsWith("nginx: master process") ? "starting" : null);
}
