import type { RunningVerdict } from "../model/host.ts";
import type { NginxNow, ProcessId, Worker } from "../model/nginx-process.ts";
import type { GraveLine } from "./error-log.ts";

/** What was seen at one moment after a reload was asked for. */
export interface Sighting {
  /** Milliseconds since it was asked for. */
  readonly at: number;
  readonly master: (ProcessId & { readonly ownNumber: number }) | null;
  readonly workers: readonly Worker[];
  /** The master has not taken the signal yet: it is busy with an earlier reload. */
  readonly pending: boolean;
  /** What came to the error log since the sighting before. */
  readonly lines: readonly GraveLine[];
}

export interface ProofLimits {
  readonly deadlineMs: number;
  /** How long no master may be seen before it counts as stopped: a reload command may start another one. */
  readonly graceMs: number;
  /** The master was carrying out another reload when ours was asked for. */
  readonly wasBusy: boolean;
}

/** Judges one sighting after another until the reload is proven or refused; null: not yet. */
export type Proof = (sighting: Sighting) => RunningVerdict | null;

/**
 * How long the new workers must have stood, all of them and unchanged. A worker has its title only once its start succeeded, and the
 * master waits 100 ms between starting the new and dismissing the old, so this is twice what a healthy reload shows anyway; what
 * dies at its first work dies within it.
 */
const HOLD_MS = 200;
/** The operator may have asked for fewer workers in the same moment: then they must stand longer. */
const FEWER_HOLD_MS = 1000;
/** The old workers are gone and no new one is there, nor starting. */
const NONE_MS = 300;

/** A reload is proven when every worker from before is gone or shutting down and new ones stand (facts: Reload and what proves it). */
export function createProof(before: NginxNow, limits: ProofLimits): Proof {
  const state: State = {
    old: new Set(before.workers.map(keyOf)),
    expected: before.workers.filter(isLive).length,
    master: before.master,
    fresh: "",
    freshSince: 0,
    noneSince: null,
    goneSince: null,
    wasPending: false,
    startedWhilePending: false,
    words: [],
    exited: new Set(),
  };
  return (sighting) => judgeSighting(sighting, state, limits);
}

interface State {
  /** Workers that were there before the signal was taken. */
  readonly old: Set<string>;
  readonly expected: number;
  master: ProcessId | null;
  fresh: string;
  freshSince: number;
  noneSince: number | null;
  goneSince: number | null;
  wasPending: boolean;
  startedWhilePending: boolean;
  words: GraveLine[];
  readonly exited: Set<number>;
}

function judgeSighting(sighting: Sighting, state: State, limits: ProofLimits): RunningVerdict | null {
  const { at, master, workers, pending } = sighting;
  if (master === null) {
    state.goneSince ??= at;
    return at - state.goneSince >= limits.graceMs ? { verdict: "stopped" } : null;
  }
  state.goneSince = null;
  if (state.master === null || keyOf(state.master) !== keyOf(master)) beginAnew(master, state);
  const refusal = listen(sighting, master.ownNumber, state, limits.wasBusy);
  if (refusal !== null) return notVerified(refusal, master.ownNumber, state);
  if (pending) remember(workers, state);
  const seen = countWorkers(sighting, state);
  if (stands(seen, at, state)) return verified(master, seen.fresh);
  if (isOutage(seen, at, state)) return notVerified("no worker is left to serve: the new ones died", master.ownNumber, state);
  return at >= limits.deadlineMs ? notVerified(overdue(limits.deadlineMs, seen), master.ownNumber, state) : null;
}

/** The workers of one sighting by what they mean for the reload. */
interface Seen {
  /** Live, and started for this reload. */
  readonly fresh: readonly Worker[];
  readonly oldLive: boolean;
  readonly starting: boolean;
  readonly pending: boolean;
}

function countWorkers({ at, workers, pending }: Sighting, state: State): Seen {
  const fresh = workers.filter((worker) => isLive(worker) && !state.old.has(keyOf(worker)));
  const keys = fresh.map(keyOf).sort().join(" ");
  if (keys !== state.fresh) state.freshSince = at;
  state.fresh = keys;
  const oldLive = workers.some((worker) => isLive(worker) && state.old.has(keyOf(worker)));
  return { fresh, oldLive, starting: workers.some((worker) => worker.state === "starting"), pending };
}

function stands({ fresh, oldLive, starting, pending }: Seen, at: number, { expected, freshSince }: State): boolean {
  const hold = fresh.length >= expected ? HOLD_MS : FEWER_HOLD_MS;
  return !pending && !oldLive && !starting && fresh.length > 0 && at - freshSince >= hold;
}

function isOutage({ fresh, oldLive, starting, pending }: Seen, at: number, state: State): boolean {
  const someone = oldLive || starting || pending || fresh.length > 0;
  state.noneSince = someone ? null : (state.noneSince ?? at);
  return state.expected > 0 && state.noneSince !== null && at - state.noneSince >= NONE_MS;
}

/** A restart instead of a reload: all that the new master has is new. */
function beginAnew(master: ProcessId, state: State): void {
  state.master = { pid: master.pid, startTicks: master.startTicks };
  state.old.clear();
}

/** Workers that start before the signal is taken belong to the reload before ours, which may have read the old files. */
function remember(workers: readonly Worker[], state: State): void {
  for (const worker of workers) {
    if (!state.old.has(keyOf(worker))) state.startedWhilePending = true;
    state.old.add(keyOf(worker));
  }
}

/** Takes the new lines in; the line with which the master itself gave up, or null. */
function listen({ lines, pending }: Sighting, ownNumber: number, state: State, wasBusy: boolean): string | null {
  const flipped = wasBusy && state.wasPending && !pending;
  state.wasPending = pending;
  if (wasBusy && pending) return null;
  state.words.push(...lines.slice(-20));
  for (const { text } of lines) {
    const exited = /^worker process (\d+) exited/.exec(text)?.[1];
    if (exited !== undefined) state.exited.add(Number(exited));
  }
  const finals = lines.filter(({ pid, text }) => pid === ownNumber && isFinal(text));
  // In the moment in which the signal was taken one such line may still be the end of the reload before ours.
  if (flipped && !state.startedWhilePending && finals.length < 2) return null;
  const final = finals.at(-1);
  if (final === undefined) return null;
  return /^worker process/.test(final.text) ? "the new workers died" : "the master refused to load it and went on with what it had";
}

/** Whether a grave line of the master means that this reload failed. A busy port is tried five times before it does. */
function isFinal(text: string): boolean {
  if (/^bind\(\) to .* failed \(98: /.test(text)) return false;
  if (/exited with fatal code/.test(text) || /processes can be spawned/.test(text)) return true;
  // Workers that crash, and children that cannot be reached, are said as alerts and are no verdict on the configuration.
  return !/^(worker process|cache \w+ process|kill\(|sendmsg\(|waitpid\(|close\(|unlink\(|shutdown\(|sigsuspend\()/.test(text);
}

function verified(master: ProcessId, workers: readonly Worker[]): RunningVerdict {
  const ids = workers.map(({ pid, startTicks }) => ({ pid, startTicks }));
  return { verdict: "verified", master: { pid: master.pid, startTicks: master.startTicks }, workers: ids, checked: true };
}

/** With what the master and the workers that died wrote about it. */
function notVerified(what: string, ownNumber: number, { words, exited }: State): RunningVerdict {
  const said = words
    .filter(({ pid }) => pid === ownNumber || exited.has(pid))
    .sort((a, b) => Number(a.pid === ownNumber) - Number(b.pid === ownNumber));
  const texts = [...new Set(said.map(({ text }) => text))].slice(0, 4);
  return { verdict: "not_verified", reason: texts.length === 0 ? what : `${what}: ${texts.join("; ")}` };
}

function overdue(deadlineMs: number, { fresh, oldLive, pending }: Seen): string {
  const within = `within ${Math.round(deadlineMs / 100) / 10} s`;
  if (pending) return `the master did not take the signal ${within}: it is busy with an earlier reload`;
  if (fresh.length === 0) return `no new worker was seen ${within}`;
  return oldLive ? `workers from before the reload still serve ${within}` : `the new workers did not stand unchanged ${within}`;
}

function isLive({ state }: Worker): boolean {
  return state === "live";
}

function keyOf({ pid, startTicks }: ProcessId): string {
  return `${pid}:${startTicks}`;
}
