import { unknownMethod } from "./algorithm.ts";
import { DIRECTIVES, isAtLeast, METHODS, rowOf } from "./capabilities.ts";
import type { Problem } from "./problem.ts";
import type { UpstreamSettings } from "./settings.ts";

/** What of an upstream's settings this version of Nginx does not have, or does not combine. */
export function problemsOf(upstream: UpstreamSettings, version: string): readonly Problem[] {
  return [...methodProblems(upstream, version), ...directiveProblems(upstream, version)];
}

function methodProblems({ algorithm, protocol, backupTag }: UpstreamSettings, version: string): Problem[] {
  const asked = `algorithm ${[algorithm.method, ...algorithm.arguments].join(" ")}`;
  const rule = rowOf(METHODS, algorithm.method);
  if (rule === undefined) return [unknownMethod(algorithm.method)];
  if (!rule.protocols.includes(protocol)) {
    return [{ asked, because: `Nginx has it in ${rule.protocols.join(" and ")} only, not in ${protocol}`, instead: `use ${rule.instead}` }];
  }
  if (!isAtLeast(version, rule.since)) {
    return [{ asked, because: `Nginx has it since ${rule.since} and this is ${version}`, instead: `use ${rule.instead}` }];
  }
  if (backupTag !== null && !rule.backup) {
    const others = Object.entries(METHODS).flatMap(([name, { backup, since }]) => (backup && isAtLeast(version, since) ? [name] : []));
    return [
      {
        asked: `backup with ${asked}`,
        because: "this method has no backup servers",
        instead: `use ${others.join(" or ")}, or remove backup`,
      },
    ];
  }
  return [];
}

function directiveProblems({ directives, protocol }: UpstreamSettings, version: string): Problem[] {
  return directives.flatMap(({ name }): Problem[] => {
    const rule = rowOf(DIRECTIVES, name);
    if (rule === undefined) return [{ asked: name, because: "Nginx has no such directive in an upstream", instead: "remove it" }];
    if (!rule.protocols.includes(protocol)) {
      return [{ asked: name, because: `Nginx has it in ${rule.protocols.join(" and ")} only, not in ${protocol}`, instead: "remove it" }];
    }
    if (!isAtLeast(version, rule.since)) {
      return [{ asked: name, because: `Nginx has it since ${rule.since} and this is ${version}`, instead: "remove it" }];
    }
    if (rule.needs !== null && !directives.some((other) => other.name === rule.needs)) {
      return [{ asked: name, because: `it means nothing without ${rule.needs}`, instead: `add ${rule.needs}` }];
    }
    return [];
  });
}
