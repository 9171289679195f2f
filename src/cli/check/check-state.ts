import { lockOf } from "../../daemon/site.ts";
import { type Finding, finding } from "../../model/check/findings.ts";
import type { Memory } from "../../model/memory.ts";
import { holderOf } from "../../state/lock.ts";
import { lockIn, peekMemory } from "../../state/store.ts";
import { whyUnusable } from "../../state/usable.ts";

export interface SeenState {
  readonly findings: readonly Finding[];
  readonly memory: Memory;
  readonly isUsable: boolean;
}

/** Looks at the state folder and at who holds it or the destinations; takes no lock. */
export async function checkState(stateDir: string, destinations: readonly string[]): Promise<SeenState> {
  const [fault, { memory, problem }] = await Promise.all([whyUnusable(stateDir), peekMemory(stateDir)]);
  const because = fault ?? problem;
  const findings = [
    ...(because === null ? [] : [unusable(stateDir, because, fault !== null)]),
    ...(await held([{ path: lockIn(stateDir), what: stateDir }, ...destinations.map((what) => ({ path: lockOf(what), what }))])),
  ];
  return { findings, memory, isUsable: fault === null };
}

function unusable(stateDir: string, because: string, isClosed: boolean): Finding {
  return finding(
    "state_dir_unusable",
    "state_dir",
    `${isClosed ? `${stateDir} cannot be used, and the candidate not be tested` : "what is remembered cannot be used"}: ${because}`,
    "Check as the user that runs upstreamd, give that user the folder, or set state_dir.",
  );
}

/** Each holder once, for the first thing that it holds. */
async function held(locks: readonly { readonly path: string; readonly what: string }[]): Promise<readonly Finding[]> {
  const holders = await Promise.all(locks.map(async ({ path, what }) => ({ pid: await holderOf(path), what })));
  const first = new Map(holders.flatMap(({ pid, what }) => (pid === null ? [] : [[pid, what] as const])).reverse());
  return [...first].map(([pid, what]) =>
    finding(
      "lock_held",
      what,
      `the upstreamd with pid ${pid} holds it`,
      "Nothing needs to be done if that is the daemon that is meant to run here.",
    ),
  );
}
