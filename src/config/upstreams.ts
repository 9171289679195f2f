import { parseAlgorithm } from "../model/algorithm.ts";
import { DIRECTIVES } from "../model/capabilities/directives.ts";
import { SERVER_PARAMETERS } from "../model/capabilities/server-parameters.ts";
import { ANY_VERSION, has, rowOf } from "../model/capabilities/since.ts";
import { STICKY } from "../model/capabilities/sticky.ts";
import { isProblem } from "../model/problem.ts";
import type { Algorithm, Directive, Protocol, Sticky, UpstreamSettings, WhenMaintenance } from "../model/settings.ts";
import { parseSticky } from "../model/sticky.ts";
import type { Issue } from "./issue.ts";
import { problemSentence } from "./problem-sentence.ts";
import type { FileSettings, UpstreamOptions } from "./schema.ts";
import { BUILT_IN } from "./upstream-schema.ts";
import { named } from "./visible.ts";

/**
 * Every upstream of the file with all defaults filled in: its own settings over `defaults` over the built-in ones.
 * `placeOf` says where a name is written.
 */
export function upstreamsOf(
  file: FileSettings,
  placeOf: (name: string) => string | null,
): { readonly upstreams: readonly UpstreamSettings[]; readonly issues: readonly Issue[] } {
  const results = Object.entries(file.upstreams ?? {}).map(([name, own]) => {
    const upstream = upstreamOf(name, own, file);
    return "text" in upstream ? upstream : { ...upstream, writtenAt: placeOf(name) };
  });
  return { upstreams: results.filter((result) => "watch" in result), issues: results.filter((result) => "text" in result) };
}

/** What the upstream asks for, else what `defaults` does. */
type Asked = <Key extends keyof UpstreamOptions>(key: Key) => UpstreamOptions[Key] | undefined;

function upstreamOf(name: string, own: UpstreamOptions, { defaults, consul }: FileSettings): Omit<UpstreamSettings, "writtenAt"> | Issue {
  const asked: Asked = (key) => own[key] ?? defaults[key];
  const protocol = asked("protocol") ?? BUILT_IN.protocol;
  const algorithm = algorithmOf(name, own, asked("algorithm") ?? BUILT_IN.algorithm, protocol);
  if ("text" in algorithm) return algorithm;
  const sticky = stickyOf(own, defaults, protocol);
  return {
    name,
    protocol,
    watch: watchOf(name, asked, consul),
    tags: asked("tags") ?? [],
    algorithm,
    sticky,
    directives: directivesOf(own, defaults, protocol),
    ...serverParameters(asked),
    includeStates: asked("include_states") ?? BUILT_IN.include_states,
    whenNoneHealthy: asked("when_none_healthy") ?? BUILT_IN.when_none_healthy,
    whenMaintenance: whenMaintenanceOf(own, defaults, protocol),
    address: asked("address") ?? BUILT_IN.address,
  };
}

function watchOf(name: string, asked: Asked, consul: FileSettings["consul"]): UpstreamSettings["watch"] {
  return {
    service: asked("service") ?? name,
    datacenter: asked("datacenter") ?? consul.datacenter ?? null,
    namespace: consul.namespace ?? null,
    partition: consul.partition ?? null,
    filter: orNull(asked("filter")),
  };
}

function serverParameters(asked: Asked) {
  const weight = asked("weight") ?? BUILT_IN.weight;
  return {
    weight: weight === "consul" ? null : weight,
    maxConns: asked("max_conns") ?? null,
    maxFails: asked("max_fails") ?? null,
    failTimeout: asked("fail_timeout") ?? null,
    backupTag: orNull(asked("backup")),
  };
}

function orNull(value: string | false | undefined): string | null {
  return value === undefined || value === false ? null : value;
}

function algorithmOf(name: string, own: UpstreamOptions, written: unknown, protocol: Protocol): Algorithm | Issue {
  const algorithm = parseAlgorithm(written, protocol);
  if (!isProblem(algorithm)) return algorithm;
  const path = own.algorithm === undefined ? ["defaults", "algorithm"] : ["upstreams", name, "algorithm"];
  return { path, at: "value", text: `for upstream ${named(name)}: ${problemSentence(algorithm)}` };
}

/** What `defaults` asks for is left out where the protocol has no such thing; what the upstream itself asks for stays, to be refused by name. */
function stickyOf(own: UpstreamOptions, defaults: UpstreamOptions, protocol: Protocol): Sticky | null {
  const written = own.sticky ?? defaults.sticky ?? false;
  const sticky = written === false ? null : parseSticky(written);
  // What is no sticky at all was refused with its place by the schema.
  if (sticky === null || isProblem(sticky)) return null;
  const fits = has(rowOf(STICKY, sticky.kind)?.since ?? {}, protocol, ANY_VERSION);
  return fits || own.sticky !== undefined ? sticky : null;
}

/** Likewise `drain`, which needs `sticky`: not where the protocol has none, or the upstream itself switched it off. */
function whenMaintenanceOf(own: UpstreamOptions, defaults: UpstreamOptions, protocol: Protocol): WhenMaintenance {
  const inherited = defaults.when_maintenance ?? BUILT_IN.when_maintenance;
  const cannotDrain = own.sticky === false || !has(SERVER_PARAMETERS["drain"]?.since ?? {}, protocol, ANY_VERSION);
  return own.when_maintenance ?? (inherited === "drain" && cannotDrain ? BUILT_IN.when_maintenance : inherited);
}

/**
 * The directives in the order of their table. What only `defaults` asks for is left out where it does not fit: one
 * `keepalive` there must not forbid a stream upstream. What the upstream itself asks for stays, to be refused by name.
 */
function directivesOf(own: UpstreamOptions, defaults: UpstreamOptions, protocol: Protocol): readonly Directive[] {
  const [mine, inherited] = [own, defaults] as readonly Readonly<Record<string, unknown>>[];
  const asked = Object.keys(DIRECTIVES).flatMap((name) => {
    const value = mine?.[name] ?? inherited?.[name];
    return Array.isArray(value) ? [{ name, arguments: value as readonly string[], isOwn: mine?.[name] !== undefined }] : [];
  });
  return asked
    .filter(({ name, isOwn }) => isOwn || fits(name, protocol, asked))
    .map(({ name, arguments: values }) => ({ name, arguments: values }));
}

function fits(name: string, protocol: Protocol, asked: readonly { readonly name: string }[]): boolean {
  const rule = rowOf(DIRECTIVES, name);
  if (rule === undefined || !has(rule.since, protocol, ANY_VERSION)) return false;
  return rule.needs === null || asked.some((other) => other.name === rule.needs?.directive);
}
