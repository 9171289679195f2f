import type { Protocol } from "../settings.ts";
import type { Since } from "./since.ts";

/** A load-balancing method. A new one is one row here, and nothing anywhere else. */
export interface Method {
  readonly since: Since;
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
  /** What to use where a version or a protocol lacks it, as the configuration has it: something that 1.18 and both protocols have. */
  readonly instead: string;
}

type Words = Readonly<Record<Protocol, readonly string[]>>;

/** What most methods are like. */
const PLAIN = { prints: true, value: "none", flags: [], backup: true, keyed: false, ring: null } as const;

export const METHODS: Readonly<Record<string, Method>> = {
  round_robin: { ...PLAIN, since: { http: "0.3.0", stream: "1.9.0" }, prints: false, instead: "least_conn" },
  least_conn: { ...PLAIN, since: { http: "1.3.1", stream: "1.9.0" }, instead: "round_robin" },
  ip_hash: {
    ...PLAIN,
    since: { http: "0.5.0" },
    backup: false,
    keyed: { unless: null },
    instead: "{ hash: $remote_addr, consistent: true }",
  },
  hash: {
    ...PLAIN,
    since: { http: "1.7.2", stream: "1.9.0" },
    value: "key",
    flags: ["consistent"],
    backup: false,
    keyed: { unless: "consistent" },
    ring: { flag: "consistent", maxWeight: 5_000 },
    instead: "least_conn",
  },
  random: {
    ...PLAIN,
    since: { http: "1.15.1", stream: "1.15.1" },
    value: { words: { http: ["two", "two least_conn"], stream: ["two", "two least_conn"] }, otherwise: { http: "", stream: "" } },
    backup: false,
    instead: "least_conn",
  },
  least_time: {
    ...PLAIN,
    since: { http: "1.31.0", stream: "1.31.0" },
    value: {
      words: { http: ["header", "last_byte"], stream: ["connect", "first_byte", "last_byte"] },
      otherwise: { http: "header", stream: "connect" },
    },
    flags: ["inflight"],
    instead: "least_conn",
  },
};
