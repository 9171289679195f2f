import { endpointText } from "./endpoint.ts";
import type { Protocol } from "./settings.ts";
import { isPlaceholder, printedServers, type Server, type Upstream } from "./upstream.ts";

export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

/** What of a server can differ; only what does is listed. */
export type ServerFacts = Partial<Omit<Server, "address" | "port">>;

/** What a change means to Nginx, upstream by upstream, as `diff --json` prints it. */
export interface UpstreamChange {
  readonly name: string;
  readonly protocol: Protocol;
  readonly change: "create" | "update" | "remove";
  readonly added: readonly ServerAddress[];
  readonly removed: readonly ServerAddress[];
  readonly changed: readonly (ServerAddress & { readonly from: ServerFacts; readonly to: ServerFacts })[];
  /** Directives of the block, as text without the semicolon; null where there was, or will be, none. */
  readonly directives: readonly { readonly name: string; readonly from: string | null; readonly to: string | null }[];
}

/** The semantic difference between two sets of upstreams, whoever wrote them, sorted by protocol and name. */
export function diffUpstreams(before: readonly Upstream[], after: readonly Upstream[]): readonly UpstreamChange[] {
  const [old, wanted] = [byKey(before), byKey(after)];
  const keys = [...new Set([...old.keys(), ...wanted.keys()])].sort();
  return keys.flatMap((key) => {
    const change = diffUpstream(old.get(key), wanted.get(key));
    return change === null ? [] : [change];
  });
}

/** What a change means, for people: `api: +10.0.0.7:8080, -10.0.0.3:8080, 10.0.0.4:8080 weight 1 -> 5`. */
export function changeText({ name, protocol, change, added, removed, changed, directives }: UpstreamChange): string {
  const parts = [
    ...(change === "create" ? ["created"] : change === "remove" ? ["removed"] : []),
    ...added.map((server) => `+${endpointText(server)}`),
    ...removed.map((server) => `-${endpointText(server)}`),
    ...changed.map((server) => `${endpointText(server)} ${factsText(server.from, server.to)}`),
    ...directives.map(({ name: directive, from, to }) => `${from ?? `no ${directive}`} -> ${to ?? `no ${directive}`}`),
  ];
  return `${name}${protocol === "stream" ? " (stream)" : ""}: ${parts.join(", ")}`;
}

/** How Nginx calls what of a server can differ. */
export const FACT_NAMES: Readonly<Record<keyof ServerFacts, string>> = {
  weight: "weight",
  state: "state",
  backup: "backup",
  maxConns: "max_conns",
  maxFails: "max_fails",
  failTimeout: "fail_timeout",
  route: "route",
};

function factsText(from: ServerFacts, to: ServerFacts): string {
  const facts = Object.keys(to) as (keyof ServerFacts)[];
  return facts.map((fact) => `${FACT_NAMES[fact]} ${from[fact] ?? "default"} -> ${to[fact] ?? "default"}`).join(", ");
}

function byKey(upstreams: readonly Upstream[]): Map<string, Upstream> {
  return new Map(upstreams.map((upstream) => [`${upstream.protocol} ${upstream.name}`, upstream]));
}

function diffUpstream(before: Upstream | undefined, after: Upstream | undefined): UpstreamChange | null {
  const named = after ?? before;
  if (named === undefined) return null;
  const [old, wanted] = [serversOf(before), serversOf(after)];
  const difference = {
    name: named.name,
    protocol: named.protocol,
    change: before === undefined ? "create" : after === undefined ? "remove" : "update",
    added: [...wanted.values()].filter((server) => !old.has(keyOf(server))).map(addressOf),
    removed: [...old.values()].filter((server) => !wanted.has(keyOf(server))).map(addressOf),
    changed: [...wanted.values()].flatMap((server) => diffServer(old.get(keyOf(server)), server)),
    directives: diffDirectives(before, after),
  } as const;
  const same =
    difference.change === "update" &&
    [difference.added, difference.removed, difference.changed, difference.directives].every((list) => list.length === 0);
  return same ? null : difference;
}

function serversOf(upstream: Upstream | undefined): Map<string, Server> {
  const servers = upstream === undefined ? [] : printedServers(upstream).filter((server) => !isPlaceholder(server));
  return new Map(servers.map((server) => [keyOf(server), server]));
}

function keyOf({ address, port }: ServerAddress): string {
  return `${address} ${port}`;
}

function addressOf({ address, port }: ServerAddress): ServerAddress {
  return { address, port };
}

const FACTS = Object.keys(FACT_NAMES) as (keyof ServerFacts)[];

function diffServer(before: Server | undefined, after: Server): UpstreamChange["changed"] {
  if (before === undefined) return [];
  const differing = FACTS.filter((fact) => before[fact] !== after[fact]);
  if (differing.length === 0) return [];
  const pick = (server: Server): ServerFacts => Object.fromEntries(differing.map((fact) => [fact, server[fact]]));
  return [{ ...addressOf(after), from: pick(before), to: pick(after) }];
}

function diffDirectives(before: Upstream | undefined, after: Upstream | undefined): UpstreamChange["directives"] {
  if (before === undefined || after === undefined) return [];
  const [old, wanted] = [directiveTexts(before), directiveTexts(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])]
    .filter((name) => old.get(name) !== wanted.get(name))
    .map((name) => ({ name, from: old.get(name) ?? null, to: wanted.get(name) ?? null }));
}

function directiveTexts(upstream: Upstream): Map<string, string> {
  return new Map(upstream.directives.map(({ name, arguments: words }) => [name, [name, ...words].join(" ")]));
}
