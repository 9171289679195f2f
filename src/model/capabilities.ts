import type { Protocol } from "./settings.ts";

/**
 * What each version of open source Nginx knows inside `upstream`, as data. Everything that depends on it (the
 * configuration's schema, the gate, what may be read back) is derived: a new method is one row here.
 * What it rests on was tried (facts: Methods and their versions; facts: Values).
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
  /** What follows the name: nothing, a key with variables, or one of these lists of words; without any, the default (`""`: none). */
  readonly value: "none" | "key" | { readonly words: Words; readonly otherwise: Readonly<Record<Protocol, string>> };
  /** Words that may be switched on beside the value. */
  readonly flags: readonly string[];
  /** Whether Nginx lets a server be a `backup` under it. */
  readonly backup: boolean;
  /** Whether keys move to other servers when a server is removed, unless one of these flags is on. */
  readonly keyed: false | { readonly unless: string | null };
  /** The flag with which each unit of weight costs Nginx 160 points at every parse, and the most that all weights may come to. */
  readonly ring: null | { readonly flag: string; readonly maxWeight: number };
  /** What to use where a version or a protocol lacks it. */
  readonly instead: string;
}

type Words = Readonly<Record<Protocol, readonly string[]>>;

/** What most methods are like. */
const PLAIN = { since: ALWAYS, protocols: BOTH, prints: true, value: "none", flags: [], backup: true, keyed: false, ring: null } as const;

export const METHODS: Readonly<Record<string, Method>> = {
  round_robin: { ...PLAIN, prints: false, instead: "least_conn" },
  least_conn: { ...PLAIN, since: "1.9.0", instead: "round_robin" },
  ip_hash: { ...PLAIN, protocols: HTTP, backup: false, keyed: { unless: null }, instead: "{ hash: $remote_addr, consistent: true }" },
  hash: {
    ...PLAIN,
    since: "1.9.0",
    value: "key",
    flags: ["consistent"],
    backup: false,
    keyed: { unless: "consistent" },
    ring: { flag: "consistent", maxWeight: 5_000 },
    instead: "ip_hash",
  },
  random: {
    ...PLAIN,
    since: "1.15.1",
    value: { words: { http: ["two", "two least_conn"], stream: ["two", "two least_conn"] }, otherwise: { http: "", stream: "" } },
    backup: false,
    instead: "least_conn",
  },
  least_time: {
    ...PLAIN,
    since: "1.31.0",
    value: {
      words: { http: ["header", "last_byte"], stream: ["connect", "first_byte", "last_byte"] },
      otherwise: { http: "header", stream: "connect" },
    },
    flags: ["inflight"],
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

/** In the order in which they are printed, after the method: valid on every version (facts: Order of directives). */
export const DIRECTIVES: Readonly<Record<string, DirectiveRule>> = {
  zone: { since: "1.9.0", protocols: BOTH, value: { kind: "zone_size" }, needs: null },
  keepalive: { since: "1.1.4", protocols: HTTP, value: { kind: "count", from: 1, to: 65_535 }, needs: null },
  keepalive_requests: { since: "1.15.3", protocols: HTTP, value: { kind: "count", from: 1, to: 2 ** 31 - 1 }, needs: "keepalive" },
  keepalive_time: { since: "1.19.10", protocols: HTTP, value: { kind: "time" }, needs: "keepalive" },
  keepalive_timeout: { since: "1.15.3", protocols: HTTP, value: { kind: "time" }, needs: "keepalive" },
};

/** The row of a method or a directive; `constructor` is in no table. */
export function rowOf<Row>(table: Readonly<Record<string, Row>>, name: string): Row | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
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
