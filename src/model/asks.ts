import { unknownMethod } from "./algorithm.ts";
import { DIRECTIVES } from "./capabilities/directives.ts";
import { METHODS } from "./capabilities/methods.ts";
import { SERVER_PARAMETERS } from "./capabilities/server-parameters.ts";
import { rowOf, type Since } from "./capabilities/since.ts";
import { STICKY } from "./capabilities/sticky.ts";
import { isProblem, type Problem } from "./problem.ts";
import type { Directive, Protocol, UpstreamSettings } from "./settings.ts";

/** One thing that an upstream's settings ask of Nginx, and which versions have it. */
export interface Ask {
  /** In the words of the configuration. */
  readonly asked: string;
  readonly since: Since;
  /** What to do where it is not there, as an imperative. */
  readonly instead: string;
}

/** All that an upstream's settings ask of Nginx; a problem where no version knows the word at all. */
export function asksOf(upstream: UpstreamSettings): readonly (Ask | Problem)[] {
  return [methodAsk(upstream), ...stickyAsk(upstream), ...upstream.directives.flatMap(directiveAsks), ...parameterAsks(upstream)];
}

function methodAsk({ algorithm: { method, arguments: words } }: UpstreamSettings): Ask | Problem {
  const rule = rowOf(METHODS, method);
  if (rule === undefined) return unknownMethod(method);
  return { asked: `algorithm ${[method, ...words].join(" ")}`, since: rule.since, instead: `use ${rule.instead}` };
}

function stickyAsk({ sticky, protocol }: UpstreamSettings): readonly Ask[] {
  const row = sticky === null ? undefined : rowOf(STICKY, sticky.kind);
  if (sticky === null || row === undefined) return [];
  return [{ asked: `sticky ${sticky.arguments.join(" ")}`, since: row.since, instead: row.instead[protocol] }];
}

function directiveAsks({ name, arguments: words }: Directive): readonly (Ask | Problem)[] {
  const rule = rowOf(DIRECTIVES, name);
  if (rule === undefined) return [{ asked: name, because: "Nginx has no such directive in an upstream", instead: "remove it" }];
  const newer = words.flatMap((word): readonly Ask[] => {
    const row = rowOf(rule.newer, word);
    return row === undefined ? [] : [{ asked: [name, ...words].join(" "), since: sinceOf(rule.since, row.since), instead: row.instead }];
  });
  return [{ asked: name, since: rule.since, instead: "remove it" }, ...newer];
}

/** The same protocols, later. */
function sinceOf(since: Since, version: string): Since {
  return Object.fromEntries(Object.keys(since).map((protocol) => [protocol as Protocol, version]));
}

function parameterAsks(upstream: UpstreamSettings): readonly Ask[] {
  const { maxConns, maxFails, failTimeout, backupTag, whenMaintenance } = upstream;
  const asked: Readonly<Record<string, boolean>> = {
    max_conns: maxConns !== null,
    max_fails: maxFails !== null,
    fail_timeout: failTimeout !== null,
    backup: backupTag !== null,
    drain: whenMaintenance === "drain",
  };
  return Object.entries(SERVER_PARAMETERS).flatMap(([name, { key, since, instead }]): readonly Ask[] => {
    if (asked[name] !== true) return [];
    return [{ asked: key === name || key === null ? name : `${key} ${name}`, since, instead }];
  });
}

/** The asks alone. */
export function isAsk(ask: Ask | Problem): ask is Ask {
  return !isProblem(ask);
}
