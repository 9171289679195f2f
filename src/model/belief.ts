import { healthOf, type Instance, identityOf } from "./instance.ts";
import type { Memory } from "./memory.ts";
import { judgeInstance } from "./servers.ts";
import type { Protocol, Settings, UpstreamSettings } from "./settings.ts";
import { type Answer, type Snapshot, watchKey } from "./snapshot.ts";

/** `held`: a mass drop that is not yet believed; the brake that sets it is a step of `believe` still to come. */
export type BeliefState = "ok" | "held" | "kept" | "stale" | "quarantined" | "empty";

/** What we hold to be true of one upstream. */
export interface UpstreamBelief {
  readonly name: string;
  readonly protocol: Protocol;
  /** The watch behind it, by key. */
  readonly watch: string;
  readonly state: BeliefState;
  /** A whole sentence, null when the newest answer is believed as it is. */
  readonly reason: string | null;
  /** What Nginx should balance over. */
  readonly instances: readonly Instance[];
  /** What is remembered and fallen back on: the last believed answer in which somebody served, else the newest. */
  readonly lastGood: readonly Instance[];
}

/** What we hold to be true: a fold over snapshots and time, by protocol and name. */
export interface Belief {
  readonly upstreams: ReadonlyMap<string, UpstreamBelief>;
}

/** A change of an upstream's state that the operator should hear of. */
export interface BeliefEvent {
  readonly upstream: string;
  readonly from: BeliefState;
  readonly to: BeliefState;
  readonly reason: string | null;
}

export interface Believed {
  readonly belief: Belief;
  /** When to fold the same snapshot in again although nothing was heard, on the clock of `now`; null: never. */
  readonly wakeAt: number | null;
  readonly events: readonly BeliefEvent[];
}

/**
 * What is believed before Consul has answered: nothing of memory is fresh, and none of it is thrown away. Also what came from
 * another watch stays until the first answer of the new one: a configuration that changed empties nothing by itself.
 */
export function recall(memory: Memory, settings: Settings): Belief {
  const remembered = new Map(memory.upstreams.map((upstream) => [keyOf(upstream), upstream]));
  return believeOf(settings, (upstream) => {
    const { serving: lastGood = [], watch = watchKey(upstream.watch) } = remembered.get(keyOf(upstream)) ?? {};
    const state = someServe(lastGood, upstream) ? "stale" : "empty";
    return { name: upstream.name, protocol: upstream.protocol, watch, state, reason: NOT_YET, instances: lastGood, lastGood };
  });
}

/** What is believed under other settings, until Consul has answered for those. */
export function rebase(belief: Belief, memory: Memory, settings: Settings): Belief {
  const recalled = recall(memory, settings).upstreams;
  return believeOf(settings, (upstream) => belief.upstreams.get(keyOf(upstream)) ?? recalled.get(keyOf(upstream)));
}

const NOT_YET = "Consul has not answered yet";

function believeOf(settings: Settings, of: (upstream: UpstreamSettings) => UpstreamBelief | undefined): Belief {
  const upstreams = settings.upstreams.flatMap((upstream) => of(upstream) ?? []);
  return { upstreams: new Map(upstreams.map((upstream) => [keyOf(upstream), upstream])) };
}

/**
 * Folds a snapshot into the belief. Pure: `now` (milliseconds, monotonic) is an argument, and the caller owns the timer
 * that `wakeAt` asks for.
 */
export function believe(belief: Belief, snapshot: Snapshot, settings: Settings, _now: number): Believed {
  const next = settings.upstreams.map((upstream) => {
    const before = belief.upstreams.get(keyOf(upstream));
    return { before, after: believeUpstream(before, snapshot.answers.get(watchKey(upstream.watch)), upstream, settings) };
  });
  const upstreams = new Map(next.map(({ after }) => [keyOf(after), after]));
  return { belief: { upstreams }, wakeAt: null, events: next.flatMap(({ before, after }) => eventsOf(before, after)) };
}

export function keyOf({ protocol, name }: { readonly protocol: Protocol; readonly name: string }): string {
  return `${protocol} ${name}`;
}

function believeUpstream(
  before: UpstreamBelief | undefined,
  answer: Answer | undefined,
  upstream: UpstreamSettings,
  settings: Settings,
): UpstreamBelief {
  const asked = watchKey(upstream.watch);
  // Nothing of one service is used for another once that one has answered; that it may not be read is no answer.
  const goesOn = before !== undefined && (before.watch === asked || answer?.kind !== "believed");
  const { watch, lastGood, instances } = goesOn ? before : { watch: asked, lastGood: [], instances: [] };
  const claim = claimOf(answer, upstream, settings);
  const verdict = "instances" in claim ? whenAnswered(claim.instances, lastGood, upstream) : whenNotAnswered(claim, instances, upstream);
  return { name: upstream.name, protocol: upstream.protocol, watch, lastGood, ...verdict };
}

type Verdict = Pick<UpstreamBelief, "state" | "reason" | "instances"> & Partial<Pick<UpstreamBelief, "lastGood">>;
type Refusal = { readonly state: "stale" | "quarantined"; readonly reason: string };

/** What the answer claims, or why it cannot be taken. */
function claimOf(
  answer: Answer | undefined,
  { name }: UpstreamSettings,
  { safety }: Settings,
): { readonly instances: readonly Instance[] } | Refusal {
  if (answer === undefined) return { state: "stale", reason: "Consul has not answered for it yet" };
  if (answer.kind === "failed") return { state: "stale", reason: answer.disbelief.reason };
  if (answer.instances.length <= safety.maxServers) return answer;
  return {
    state: "quarantined",
    reason: `${answer.instances.length} instances are more than the ${safety.maxServers} that safety.max_servers allows in ${name}`,
  };
}

/** What was believed stays as it is, also that nobody serves. */
function whenNotAnswered(refusal: Refusal, present: readonly Instance[], upstream: UpstreamSettings): Verdict {
  const isEmpty = refusal.state === "stale" && !someServe(present, upstream);
  return { ...refusal, state: isEmpty ? "empty" : refusal.state, instances: present };
}

function whenAnswered(instances: readonly Instance[], lastGood: readonly Instance[], upstream: UpstreamSettings): Verdict {
  if (someServe(instances, upstream)) return { state: "ok", reason: null, instances, lastGood: instances };
  return noneHealthy(instances, lastGood, upstream);
}

function whyNobody(instances: readonly Instance[], { tags }: UpstreamSettings): string {
  if (instances.length === 0) return "no instance is registered";
  const tagged = instances.filter((instance) => tags.every((tag) => instance.tags.includes(tag)));
  if (tagged.length === 0)
    return `none of its instances (${instances.length}) carries ${tags.map((tag) => JSON.stringify(tag)).join(" and ")}`;
  return tagged.length === 1 ? "its only instance is not healthy" : `none of its ${tagged.length} instances is healthy`;
}

/** The three policies for an upstream in which nobody is healthy (docs/operations.md, Upstreams). */
function noneHealthy(instances: readonly Instance[], lastGood: readonly Instance[], upstream: UpstreamSettings): Verdict {
  const why = whyNobody(instances, upstream);
  const everybody = instances.map((instance) => (healthOf(instance) === "maintenance" ? instance : { ...instance, checks: [] }));
  if (upstream.whenNoneHealthy === "all" && someServe(everybody, upstream)) {
    return { state: "kept", reason: `${why}: all of them are used`, instances: everybody, lastGood: everybody };
  }
  if (upstream.whenNoneHealthy === "refuse" || !someServe(lastGood, upstream)) {
    const policy = upstream.whenNoneHealthy === "refuse" ? "requests are refused" : "none was ever seen healthy, so requests are refused";
    return { state: "empty", reason: `${why}: ${policy}`, instances, lastGood: instances };
  }
  const { kept, frozen } = stillThere(lastGood, instances, upstream);
  return {
    state: "kept",
    reason: `${why}: the last good servers stay${frozen ? ", also those that are gone or in maintenance" : ""}`,
    instances: kept,
    lastGood: kept,
  };
}

/**
 * What of the last good list is still registered where it was: addresses are re-used. What was put into maintenance since is
 * taken as it is now: that is deliberate. Never emptied: then it is frozen.
 */
function stillThere(
  lastGood: readonly Instance[],
  instances: readonly Instance[],
  upstream: UpstreamSettings,
): { kept: readonly Instance[]; frozen: boolean } {
  const present = new Map(instances.map((instance) => [placeOf(instance), instance]));
  const kept = lastGood.flatMap((instance) => {
    const now = present.get(placeOf(instance));
    return now === undefined ? [] : [healthOf(now) === "maintenance" ? now : instance];
  });
  return someServe(kept, upstream) ? { kept, frozen: false } : { kept: lastGood, frozen: true };
}

function placeOf(instance: Instance): string {
  return JSON.stringify([identityOf(instance), instance.address, instance.nodeAddress, instance.port, instance.taggedAddresses]);
}

function someServe(instances: readonly Instance[], upstream: UpstreamSettings): boolean {
  return instances.some((instance) => judgeInstance(instance, upstream).role === "serves");
}

function eventsOf(before: UpstreamBelief | undefined, after: UpstreamBelief): BeliefEvent[] {
  const from = before?.state ?? "empty";
  return from === after.state && before?.reason === after.reason
    ? []
    : [{ upstream: after.name, from, to: after.state, reason: after.reason }];
}
