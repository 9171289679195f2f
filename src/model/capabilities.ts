import type { Problem } from "./problem.ts";
import type { Algorithm, Protocol, UpstreamSettings } from "./settings.ts";

/**
 * What each version of open source Nginx knows inside `upstream`, as data. Everything that depends on it (the
 * configuration's schema, the gate, what may be read back) is derived: a new method is one row here.
 * Sources: handbook nginx section 1, nginx-matrix sections 1, 2 and 5.
 */

const BOTH: readonly Protocol[] = ["http", "stream"];
const HTTP: readonly Protocol[] = ["http"];
const ALWAYS = "0.0.0";

/** The newest version that was tried; assumed, and said, where none can be found out. */
export const NEWEST_KNOWN = "1.31.3";

export interface Method {
  readonly since: string;
  readonly protocols: readonly Protocol[];
  /** false where the method is Nginx's default and has no directive. */
  readonly prints: boolean;
  /** What follows the name: nothing, a key with variables, or one of these lists of words. */
  readonly value: "none" | "key" | { readonly optional: boolean; readonly words: Readonly<Record<Protocol, readonly string[]>> };
  /** Words that may be switched on beside the value. */
  readonly flags: readonly string[];
  /** Whether Nginx lets a server be a `backup` under it. */
  readonly backup: boolean;
  /** Whether keys move to other servers when a server is removed, unless one of these flags is on. */
  readonly keyed: false | { readonly unless: string | null };
  /** What to use where a version or a protocol lacks it. */
  readonly instead: string;
}

const words = (http: readonly string[], stream: readonly string[]) => ({ http, stream });

export const METHODS: Readonly<Record<string, Method>> = {
  round_robin: { since: ALWAYS, protocols: BOTH, prints: false, value: "none", flags: [], backup: true, keyed: false, instead: "" },
  least_conn: { since: "1.9.0", protocols: BOTH, prints: true, value: "none", flags: [], backup: true, keyed: false, instead: "round_robin" },
  ip_hash: {
    since: ALWAYS,
    protocols: HTTP,
    prints: true,
    value: "none",
    flags: [],
    backup: false,
    keyed: { unless: null },
    instead: "{ hash: $remote_addr, consistent: true }",
  },
  hash: {
    since: "1.9.0",
    protocols: BOTH,
    prints: true,
    value: "key",
    flags: ["consistent"],
    backup: false,
    keyed: { unless: "consistent" },
    instead: "ip_hash",
  },
  random: {
    since: "1.15.1",
    protocols: BOTH,
    prints: true,
    value: { optional: true, words: words(["two", "two least_conn"], ["two", "two least_conn"]) },
    flags: [],
    backup: false,
    keyed: false,
    instead: "least_conn",
  },
  least_time: {
    since: "1.31.0",
    protocols: BOTH,
    prints: true,
    value: { optional: true, words: words(["header", "last_byte"], ["connect", "first_byte", "last_byte"]) },
    flags: ["inflight"],
    backup: true,
    keyed: false,
    instead: "least_conn",
  },
};

/** What a directive's value may be: a whole number, a time, or the size of a shared zone (`auto`: by rule). */
export type DirectiveValue =
  | { readonly kind: "count"; readonly from: number; readonly to: number }
  | { readonly kind: "time" }
  | { readonly kind: "zone_size" };

export interface DirectiveRule {
  readonly since: string;
  readonly protocols: readonly Protocol[];
  readonly value: DirectiveValue;
  /** A directive without which this one means nothing. */
  readonly needs: string | null;
}

/** In the order in which they are printed, after the method: valid on every version (handbook: nginx section 1). */
export const DIRECTIVES: Readonly<Record<string, DirectiveRule>> = {
  zone: { since: "1.9.0", protocols: BOTH, value: { kind: "zone_size" }, needs: null },
  keepalive: { since: "1.1.4", protocols: HTTP, value: { kind: "count", from: 1, to: 65_535 }, needs: null },
  keepalive_requests: { since: "1.15.3", protocols: HTTP, value: { kind: "count", from: 1, to: 2 ** 31 - 1 }, needs: "keepalive" },
  keepalive_time: { since: "1.19.10", protocols: HTTP, value: { kind: "time" }, needs: "keepalive" },
  keepalive_timeout: { since: "1.15.3", protocols: HTTP, value: { kind: "time" }, needs: "keepalive" },
};

/** Reads `algorithm` as the configuration has it: a name, or an object whose first key is a method. */
export function parseAlgorithm(input: unknown, protocol: Protocol): Algorithm | Problem {
  const { method, value, flags } = takeApart(input);
  const rule = rowOf(METHODS, method);
  if (rule === undefined) return unknownMethod(method);
  const wrongFlag = flags.find(([flag, on]) => !rule.flags.includes(flag) || typeof on !== "boolean");
  if (wrongFlag !== undefined) return wrongFlagOf(method, rule, wrongFlag[0]);
  const tokens = valueTokens(method, rule, value, protocol);
  if (!Array.isArray(tokens)) return tokens as Problem;
  return { method, arguments: [...tokens, ...flags.filter(([, on]) => on === true).map(([flag]) => flag)] };
}

/** What of an upstream's settings this version of Nginx does not have, or does not combine. */
export function problemsOf(upstream: UpstreamSettings, version: string): readonly Problem[] {
  return [...methodProblems(upstream, version), ...directiveProblems(upstream, version)];
}

/** Whether taking a server out would move the keys of the others, so that it has to stay as `down` (handbook: nginx section 3). */
export function keepsPlaces(algorithm: Algorithm): boolean {
  const keyed = rowOf(METHODS, algorithm.method)?.keyed ?? false;
  return keyed !== false && (keyed.unless === null || !algorithm.arguments.includes(keyed.unless));
}

/** Compares versions by number: `1.9.0` is older than `1.22.1`. */
export function isAtLeast(version: string, since: string): boolean {
  const [have, want] = [version, since].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (want?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The row of a table, which has no row for `constructor`. */
function rowOf<Row>(table: Readonly<Record<string, Row>>, name: string): Row | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function takeApart(input: unknown): { method: string; value: unknown; flags: (readonly [string, unknown])[] } {
  if (typeof input === "string") return { method: input, value: undefined, flags: [] };
  const entries = typeof input === "object" && input !== null ? Object.entries(input) : [];
  const [method, value] = entries.find(([key]) => Object.hasOwn(METHODS, key)) ?? entries[0] ?? [JSON.stringify(input) ?? "undefined", undefined];
  return { method, value, flags: entries.filter(([key]) => key !== method) };
}

function unknownMethod(method: string): Problem {
  const known = Object.keys(METHODS).join(", ");
  return { asked: `algorithm ${method}`, because: "no version of open source Nginx has it", instead: `use one of ${known}` };
}

function wrongFlagOf(method: string, rule: Method, flag: string): Problem {
  const allowed = rule.flags.map((name) => `${name}: true or false`).join(", ");
  const instead = allowed === "" ? `remove ${flag}` : `write ${allowed}`;
  return { asked: `algorithm ${method} with ${flag}`, because: "that is not how this method is written", instead };
}

function valueTokens(method: string, rule: Method, value: unknown, protocol: Protocol): readonly string[] | Problem {
  if (rule.value === "none") {
    if (value === undefined || value === true) return [];
    return { asked: `algorithm ${method}: ${JSON.stringify(value)}`, because: "this method takes no value", instead: `write algorithm: ${method}` };
  }
  if (rule.value === "key") return keyTokens(method, value);
  const allowed = rule.value.words[protocol];
  const text = Array.isArray(value) ? value.join(" ") : value;
  if (text === undefined || text === true) return rule.value.optional ? defaultWords(method, allowed) : [];
  if (typeof text === "string" && allowed.includes(text)) return text.split(" ");
  return {
    asked: `algorithm ${method}: ${JSON.stringify(value)}`,
    because: `Nginx does not have it in ${protocol}`,
    instead: `use ${allowed.join(" or ")}`,
  };
}

/** `least_time` alone has no default in Nginx; the contract gives it the first of its words. */
function defaultWords(method: string, allowed: readonly string[]): readonly string[] {
  return method === "least_time" ? allowed.slice(0, 1) : [];
}

function keyTokens(method: string, value: unknown): readonly string[] | Problem {
  if (typeof value === "string" && /\$\{?[A-Za-z_]/.test(value)) return [value];
  return {
    asked: `algorithm ${method}: ${JSON.stringify(value) ?? "without a key"}`,
    because: "a key without a variable sends every request to one server",
    instead: "use a key such as $request_uri or $remote_addr",
  };
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
    return [{ asked: `backup with ${asked}`, because: "this method has no backup servers", instead: `use ${others.join(" or ")}, or remove backup` }];
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
