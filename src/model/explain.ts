import { keyOf, type UpstreamBelief } from "./belief.ts";
import { type Health, healthOf, type Instance, identityOf } from "./instance.ts";
import { type Judgement, judgeInstance, registeredEndpoint } from "./servers.ts";
import type { Protocol, Settings, UpstreamSettings } from "./settings.ts";
import { type Answer, type Snapshot, watchKey } from "./snapshot.ts";
import type { Server, ServerState } from "./upstream.ts";
import type { BuiltUpstream } from "./upstreams.ts";

/** One registration as `explain --json` prints it. The texts of the registry are as they came; `because` is safe to print. */
export interface ExplainedInstance {
  readonly id: string;
  readonly node: string;
  readonly datacenter: string;
  /** As Nginx gets it; of an instance that is left out, whatever was registered. */
  readonly address: string;
  readonly port: number;
  /** Whether it takes requests. */
  readonly included: boolean;
  readonly because: string;
  /** Its `server` line: `down` takes no requests, `drain` those of its sessions only, and `out` has no line. */
  readonly state: ServerState | "out";
  /** null: it is not registered any more. */
  readonly health: Health | null;
  /** The weight that is printed; null where it has no line. */
  readonly weight: number | null;
  readonly backup: boolean;
}

/** An upstream with every instance that is registered for it, or stays although it is not. */
export interface ExplainedUpstream {
  readonly name: string;
  readonly protocol: Protocol;
  readonly service: string;
  readonly state: UpstreamBelief["state"];
  /** Why the newest answer is not simply used; null when it is. */
  readonly reason: string | null;
  /** Whole sentences. */
  readonly notes: readonly string[];
  readonly instances: readonly ExplainedInstance[];
}

/**
 * Says of every registration whether it takes requests, and why. What a filter hides is in the snapshot only where it was
 * asked for without the filter as well (`unfiltered`).
 */
export function explainUpstreams(built: readonly BuiltUpstream[], settings: Settings, snapshot: Snapshot): readonly ExplainedUpstream[] {
  const wanted = new Map(settings.upstreams.map((upstream) => [keyOf(upstream), upstream]));
  return built.flatMap((upstream) => {
    const its = wanted.get(keyOf(upstream.upstream));
    return its === undefined ? [] : [explainUpstream(upstream, its, snapshot)];
  });
}

/** The same watch without its filter, to learn what that hides. */
export function unfiltered({ watch }: Pick<UpstreamSettings, "watch">): UpstreamSettings["watch"] {
  return { ...watch, filter: null };
}

function explainUpstream(built: BuiltUpstream, settings: UpstreamSettings, snapshot: Snapshot): ExplainedUpstream {
  const { upstream, belief } = built;
  const answer = snapshot.answers.get(watchKey(settings.watch));
  const all = snapshot.answers.get(watchKey(unfiltered(settings)));
  const registered = byIdentity(instancesOf(answer));
  const believed = new Set(belief.instances.map(identityOf));
  const unused = [...registered.values()].filter((instance) => !believed.has(identityOf(instance)));
  const hidden = instancesOf(all).filter((instance) => !registered.has(identityOf(instance)));
  return {
    name: upstream.name,
    protocol: upstream.protocol,
    service: settings.watch.service,
    state: belief.state,
    reason: belief.reason === null ? null : `${belief.reason}${policyOf(belief, settings)}`,
    notes: [...notesOf(settings, answer, all), ...built.notes],
    instances: [
      ...explainBelieved(built, settings, registered),
      ...unused.map((instance) => explainUnused(instance, belief, settings)),
      ...hidden.map((instance) => left(instance, settings, `it is hidden by the filter ${oneLine(settings.watch.filter)}`)),
    ],
  };
}

function instancesOf(answer: Answer | undefined): readonly Instance[] {
  return answer?.kind === "believed" ? answer.instances : [];
}

function byIdentity(instances: readonly Instance[]): ReadonlyMap<string, Instance> {
  return new Map(instances.map((instance) => [identityOf(instance), instance]));
}

function policyOf({ state }: UpstreamBelief, { whenNoneHealthy }: UpstreamSettings): string {
  return state === "kept" || state === "empty" ? ` (when_none_healthy: ${whenNoneHealthy})` : "";
}

function notesOf({ watch }: UpstreamSettings, answer: Answer | undefined, all: Answer | undefined): readonly string[] {
  const strangers = [answer, all].map((one) => (one?.kind === "believed" ? one.strangers : 0));
  const most = Math.max(...strangers);
  return [
    ...(watch.filter !== null && all === undefined
      ? [`only what the filter ${oneLine(watch.filter)} lets through is known, so what it hides is not listed`]
      : []),
    ...(most === 0
      ? []
      : [`${most} more registered under the same name in other case, which Consul finds as well: they are not of this service`]),
  ];
}

/** What is used, in the order of the servers: mostly what is registered, and otherwise what is kept of it. */
function explainBelieved(
  built: BuiltUpstream,
  settings: UpstreamSettings,
  registered: ReadonlyMap<string, Instance>,
): readonly ExplainedInstance[] {
  const servers = built.upstream.servers.values();
  return built.judgements.map((judgement) => {
    const now = registered.get(identityOf(judgement.instance));
    // The servers of an upstream are those of its judgements, in the same order.
    const server = judgement.server === null ? undefined : servers.next().value;
    const sentence = sentenceOf(judgement, now, built.belief, settings);
    if (server === undefined) return left(judgement.instance, settings, sentence, now);
    const because = [sentence, ...(judgement.role === "serves" ? shareOf(server, judgement, settings) : [])].join("; ");
    return {
      ...placed(judgement.instance, server),
      included: judgement.role === "serves",
      because,
      health: now === undefined ? null : healthOf(now),
    };
  });
}

function sentenceOf(judgement: Judgement, now: Instance | undefined, { reason }: UpstreamBelief, settings: UpstreamSettings): string {
  if (now === undefined)
    return `it is not registered any more${judgement.role === "out" ? `; ${judgement.because}` : `, and stays: ${reason}`}`;
  const own = judgeInstance(now, settings);
  if (own.role === judgement.role) return own.because;
  return judgement.role === "serves" ? `${own.because}; it serves all the same: ${reason}` : judgement.because;
}

/** Why its share of the requests is what it is. */
function shareOf({ weight, backup }: Server, { instance, server }: Judgement, settings: UpstreamSettings): readonly string[] {
  const raw = server?.weight ?? weight;
  const state = healthOf(instance) === "warning" ? "warning" : "passing";
  const divided = Number.isInteger(raw / weight) ? `divided by ${raw / weight}` : "made smaller together with the others";
  const consul = raw === weight ? `weight ${weight}, Consul's for ${state}` : `weight ${weight}: Consul's ${raw} for ${state}, ${divided}`;
  const fixed =
    raw === weight ? `weight ${weight}, fixed in the configuration` : `weight ${weight}: ${raw} is fixed in the configuration, ${divided}`;
  return [settings.weight === null ? consul : fixed, ...(backup ? [`a backup by its tag ${JSON.stringify(settings.backupTag)}`] : [])];
}

/** Registered, and not among what is used: it would be out by itself, or the newest answer is not what is used. */
function explainUnused(instance: Instance, { reason }: UpstreamBelief, settings: UpstreamSettings): ExplainedInstance {
  const own = judgeInstance(instance, settings);
  return left(instance, settings, own.role === "out" ? own.because : `it is not among the servers that are used: ${reason}`);
}

function left(instance: Instance, settings: UpstreamSettings, because: string, now: Instance | undefined = instance): ExplainedInstance {
  const endpoint = registeredEndpoint(instance, settings);
  const { address, port } = "refused" in endpoint ? instance : endpoint;
  const { id, node, datacenter } = instance;
  const health = now === undefined ? null : healthOf(now);
  return { id, node, datacenter, address, port, included: false, because, state: "out", health, weight: null, backup: false };
}

function placed({ id, node, datacenter }: Instance, { address, port, state, weight, backup }: Server) {
  return { id, node, datacenter, address, port, state, weight, backup } as const;
}

/** A filter is the operator's own text, which may go over several lines. */
function oneLine(filter: string | null): string {
  return (filter ?? "").trim().replaceAll(/\s+/g, " ");
}
