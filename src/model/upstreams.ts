import { type Belief, keyOf, type UpstreamBelief } from "./belief.ts";
import { byIdentity } from "./by-identity.ts";
import { DIRECTIVES } from "./capabilities/directives.ts";
import { METHODS } from "./capabilities/methods.ts";
import { rowOf } from "./capabilities/since.ts";
import type { Instance } from "./instance.ts";
import { type Judgement, judgeInstances } from "./servers.ts";
import type { Directive, Settings, UpstreamSettings } from "./settings.ts";
import { OWN_ZONES } from "./shared-zones.ts";
import { forVersion } from "./sticky-fallback.ts";
import type { Server, Upstream } from "./upstream.ts";

/** An upstream with what was decided about it, for status and log. */
export interface BuiltUpstream {
  readonly upstream: Upstream;
  readonly belief: UpstreamBelief;
  readonly judgements: readonly Judgement[];
  /** Sentences about the upstream as a whole: where what is printed is not simply what was asked for. */
  readonly notes: readonly string[];
}

/** Turns what is believed into what this version of Nginx should balance over, sorted by name. */
export function buildUpstreams(belief: Belief, settings: Settings, version: string): readonly BuiltUpstream[] {
  const sorted = [...settings.upstreams].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return sorted.flatMap((upstream) => {
    const believed = belief.upstreams.get(keyOf(upstream));
    if (believed === undefined) return [];
    const { settings: possible, notes } = forVersion(upstream, version);
    const built = buildUpstream(believed.instances, possible);
    return [{ ...built, belief: believed, notes: [...notes, ...built.notes] }];
  });
}

/** What did not change is not built again, and so not rendered again either. */
const buildUpstream = byIdentity((instances: readonly Instance[], settings: UpstreamSettings): Omit<BuiltUpstream, "belief"> => {
  const judgements = judgeInstances(instances, settings);
  const servers = judgements.flatMap(({ server }) => (server === null ? [] : [server]));
  const weighed = weigh(servers, settings);
  const directives = directivesOf(settings, weighed.servers.length);
  const upstream = { name: settings.name, protocol: settings.protocol, directives, servers: weighed.servers };
  return { upstream, judgements, notes: weighed.notes };
});

/** Divides Consul's weights by their common divisor, and shrinks all where a hash ring would grow beyond all measure. */
function weigh(servers: readonly Server[], { algorithm, weight: fixed }: UpstreamSettings): Weighed {
  const divisor = fixed === null ? servers.map(({ weight }) => weight).reduce(commonDivisor, 0) : 1;
  const sum = servers.reduce((total, { weight }) => total + weight / divisor, 0);
  const ring = rowOf(METHODS, algorithm.method)?.ring ?? null;
  const most = ring !== null && algorithm.arguments.includes(ring.flag) ? ring.maxWeight : Number.POSITIVE_INFINITY;
  const shrink = Math.min(1, most / sum);
  const notes = sum > most ? [`its weights come to ${sum} and are shrunk to ${most}, because each costs Nginx 160 points of the ring`] : [];
  return { servers: servers.map((server) => ({ ...server, weight: Math.max(1, Math.round((server.weight / divisor) * shrink)) })), notes };
}

interface Weighed {
  readonly servers: readonly Server[];
  readonly notes: BuiltUpstream["notes"];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The block's directives in the order that every version understands. */
function directivesOf(settings: UpstreamSettings, servers: number): readonly Directive[] {
  const { method: name, arguments: words } = settings.algorithm;
  const method: readonly Directive[] = rowOf(METHODS, name)?.prints === false ? [] : [{ name, arguments: words }];
  const others = Object.keys(DIRECTIVES).flatMap((known) => settings.directives.filter((directive) => directive.name === known));
  const sticky = settings.sticky === null ? [] : [{ name: "sticky", arguments: settings.sticky.arguments }];
  return [
    ...method,
    ...others.map((directive) => (directive.name === "zone" ? zoneOf(settings, directive, servers) : directive)),
    ...sticky,
  ];
}

/** Zone names share one space with every other shared memory zone, so they say whose they are (facts: Zone names). */
function zoneOf({ name, protocol }: UpstreamSettings, directive: Directive, servers: number): Directive {
  const size = directive.arguments[0] === "auto" ? zoneSize(servers) : (directive.arguments[0] ?? zoneSize(servers));
  return { name: "zone", arguments: [`${OWN_ZONES}${protocol}_${name}`, size] };
}

/** The next power of two above one and a half times what the servers need, so that growth seldom changes the line (facts: Zone sizes). */
function zoneSize(servers: number): string {
  const kibibytes = 32 + 1.5 * servers;
  return `${Math.max(64, 2 ** Math.ceil(Math.log2(kibibytes)))}k`;
}
