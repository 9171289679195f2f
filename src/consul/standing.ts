import type { Answer, ConsulState, Disbelief, Snapshot } from "../model/snapshot.ts";
import type { Doubt } from "./doubt.ts";
import type { BelievedAnswer } from "./judge.ts";

/** Where one watch stands: the newest that is known of it, and what is wrong with it now. */
export interface Standing {
  readonly answer: Answer | null;
  /** What of the answer matters, as text: without what checks printed. */
  readonly content: string;
  /** When it was last answered believably, by the clock's `now`. */
  readonly answeredAt: number | null;
  readonly trouble: Doubt | null;
  /** Failures that may be the agent's, one after the other, while it was not known to be down. */
  readonly failures: number;
}

/** By the key of the watch, in the order of the watches. */
export type Standings = ReadonlyMap<string, Standing>;

/** How Consul is doing, as seen by all watches together. */
export interface ConsulReport {
  readonly state: ConsulState;
  /** A whole sentence; null when all is well. */
  readonly reason: string | null;
  /** `now` of the clock at the newest believed answer; null before the first. */
  readonly lastAnswerAt: number | null;
  /** What is wrong now with single watches, by key. */
  readonly failures: ReadonlyMap<string, Disbelief>;
}

/** Where a watch stands before anything came. */
export const UNKNOWN: Standing = { answer: null, content: "", answeredAt: null, trouble: null, failures: 0 };

/** Where a watch stands after it was answered believably at `now`. */
export function afterAnswer({ instances, strangers }: BelievedAnswer, now: number): Standing {
  const answer: Answer = { kind: "believed", instances, strangers };
  return { answer, content: contentOf(answer), answeredAt: now, trouble: null, failures: 0 };
}

/**
 * A failure for itself takes the place of the answer; one of the agent leaves what was believed. `counts`: it is more
 * than an alarm, and not due to an agent that is known to be down.
 */
export function afterDoubt(standing: Standing, doubt: Doubt, counts: boolean): Standing {
  if (doubt.scope === "watch") return { ...standing, ...failedFor(doubt), trouble: doubt, failures: 0 };
  return { ...standing, trouble: doubt, failures: standing.failures + (counts ? 1 : 0) };
}

/** The agent is well again: what failed because of it gets a fresh start. */
export function afterRecovery(standing: Standing): Standing {
  return { ...standing, failures: 0 };
}

/**
 * The snapshot, with its content by key; null while it is not complete: each watch has answered believably, or failed
 * for itself while others are well. An agent that is down delivers nothing.
 */
export function snapshotOf(
  standings: Standings,
  agentIsDown: boolean,
): { snapshot: Snapshot; contents: ReadonlyMap<string, string> } | null {
  if (agentIsDown || !someoneIsWell(standings)) return null;
  const answers = new Map<string, Answer>();
  const contents = new Map<string, string>();
  for (const [key, standing] of standings) {
    const { answer, content } = failsAlone(standing) ? failedFor(standing.trouble) : standing;
    if (answer === null) return null;
    answers.set(key, answer);
    contents.set(key, content);
  }
  return { snapshot: { answers }, contents };
}

/** Trouble of single watches is Consul's own state only while no watch is well, or the agent was found to be down. */
export function reportOf(standings: Standings, agentIsDown: boolean): ConsulReport {
  const troubles = [...standings.values()].flatMap(({ trouble }) => trouble ?? []);
  const worst = agentIsDown || !someoneIsWell(standings) ? worstOf(troubles) : undefined;
  const answeredAt = [...standings.values()].flatMap((standing) => standing.answeredAt ?? []);
  return {
    state: worst?.state ?? "ok",
    reason: worst?.reason ?? null,
    lastAnswerAt: answeredAt.length === 0 ? null : Math.max(...answeredAt),
    failures: new Map([...standings].flatMap(([key, { trouble }]) => (trouble === null ? [] : [[key, trouble.disbelief]]))),
  };
}

const WORST_FIRST: readonly ConsulState[] = ["unreachable", "frozen", "no_leader", "stale", "denied", "filtered", "ok"];
/** So often must a watch fail, with an agent that is well otherwise, until it is taken to fail for itself. */
const ALONE_AFTER = 3;

/** What concerns the whole agent counts for more than what concerns one watch. */
function worstOf(troubles: readonly Doubt[]): Disbelief | undefined {
  const agentWide = troubles.filter(({ scope }) => scope === "agent");
  const rank = ({ disbelief }: Doubt): number => WORST_FIRST.indexOf(disbelief.state);
  return (agentWide.length > 0 ? agentWide : troubles).toSorted((a, b) => rank(a) - rank(b))[0]?.disbelief;
}

/** Where nothing is watched, nothing is wrong. */
function someoneIsWell(standings: Standings): boolean {
  return standings.size === 0 || [...standings.values()].some(({ answer, trouble }) => trouble === null && answer !== null);
}

function failsAlone(standing: Standing): standing is Standing & { readonly trouble: Doubt } {
  return standing.trouble !== null && standing.failures >= ALONE_AFTER;
}

function failedFor({ disbelief }: Doubt): { answer: Answer; content: string } {
  return { answer: { kind: "failed", disbelief }, content: `failed ${disbelief.state}` };
}

function contentOf(answer: Answer & { readonly kind: "believed" }): string {
  const instances = answer.instances.map((instance) => ({
    ...instance,
    checks: instance.checks.map(({ output: _output, ...check }) => check),
  }));
  return JSON.stringify([instances, answer.strangers]);
}
