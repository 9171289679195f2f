import { DIRECTIVES } from "./capabilities/directives.ts";
import { METHODS } from "./capabilities/methods.ts";
import { ANY_VERSION, has, isAtLeast, OLDEST_KNOWN, rowOf } from "./capabilities/since.ts";
import { STICKY } from "./capabilities/sticky.ts";
import { TRAPS } from "./capabilities/traps.ts";
import type { Problem } from "./problem.ts";
import type { Directive, UpstreamSettings } from "./settings.ts";

/** What each by itself is fine and does not go together. `settings` is what `asked` comes to in this version. */
export function combinationProblems(asked: UpstreamSettings, settings: UpstreamSettings, version: string): readonly Problem[] {
  return [
    ...backupProblems(asked, settings, version),
    ...settings.directives.flatMap((directive) => needProblems(directive, settings, version)),
    ...drainProblems(asked),
  ];
}

function backupProblems(
  asked: UpstreamSettings,
  { algorithm, protocol, backupTag }: UpstreamSettings,
  version: string,
): readonly Problem[] {
  const rule = rowOf(METHODS, algorithm.method);
  if (backupTag === null || rule === undefined || rule.backup || !has(rule.since, protocol, version)) return [];
  if (asked.sticky !== null && asked.algorithm !== algorithm) {
    const first = rowOf(STICKY, asked.sticky.kind)?.since[protocol] ?? "";
    return [
      {
        asked: `backup with sticky ${asked.sticky.arguments.join(" ")}`,
        because: `Nginx has sticky since ${first} and this is ${version}: the hash that takes its place has no backup servers`,
        instead: "remove backup, or remove fallback",
      },
    ];
  }
  // Where the version is not known yet, what every one has is a safe advice.
  const least = version === ANY_VERSION ? OLDEST_KNOWN : version;
  const others = Object.entries(METHODS).flatMap(([name, row]) => (row.backup && has(row.since, protocol, least) ? [name] : []));
  return [
    {
      asked: `backup with algorithm ${[algorithm.method, ...algorithm.arguments].join(" ")}`,
      because: TRAPS.backup_before_method.because,
      instead: `use ${others.join(" or ")}, or remove backup`,
    },
  ];
}

function needProblems({ name }: Directive, { directives }: UpstreamSettings, version: string): readonly Problem[] {
  const needs = rowOf(DIRECTIVES, name)?.needs ?? null;
  if (needs === null) return [];
  const needed = directives.find((other) => other.name === needs.directive);
  if (needed?.arguments[0] === "0") {
    return [{ asked: name, because: TRAPS.keepalive_of_none.because, instead: `remove it, or raise ${needs.directive}` }];
  }
  if (needed !== undefined || isAtLeast(version, needs.until)) return [];
  return [{ asked: name, because: TRAPS.keepalive_relative_alone.because, instead: `add ${needs.directive}` }];
}

function drainProblems({ whenMaintenance, sticky, protocol }: UpstreamSettings): readonly Problem[] {
  if (whenMaintenance !== "drain" || sticky !== null || protocol !== "http") return [];
  return [{ asked: "when_maintenance drain", because: TRAPS.drain_without_sticky.because, instead: "add sticky, or use down or remove" }];
}
