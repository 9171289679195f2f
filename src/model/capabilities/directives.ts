import type { Since } from "./since.ts";

/** What a directive's value may be: a whole number, a time, or the size of a shared zone (`auto`: by rule). */
export type DirectiveValue =
  | { readonly kind: "count"; readonly from: number; readonly to: number }
  | { readonly kind: "time" }
  | { readonly kind: "zone_size" };

export interface DirectiveRule {
  readonly since: Since;
  readonly value: DirectiveValue;
  /** Words that may follow the value. */
  readonly flags: readonly string[];
  /** Words that came later than the directive itself, and what to do where they are not there. */
  readonly newer: Readonly<Record<string, { readonly since: string; readonly instead: string }>>;
  /** A directive without which this one means nothing, in versions below `until`; a 0 there is as good as none. */
  readonly needs: null | { readonly directive: string; readonly until: string };
  /** What it is for, as the reference says it. */
  readonly means: string;
}

/** What most directives are like. */
const PLAIN = { flags: [], newer: {}, needs: null } as const;

/** From 1.29.7 on Nginx keeps 32 connections of its own accord (facts: Order of directives). */
const NEEDS_KEEPALIVE = { directive: "keepalive", until: "1.29.7" } as const;

/** In the order in which they are printed, after the method and before `sticky`: valid on every version (facts: Order of directives). */
export const DIRECTIVES: Readonly<Record<string, DirectiveRule>> = {
  zone: {
    ...PLAIN,
    since: { http: "1.9.0", stream: "1.9.0" },
    value: { kind: "zone_size" },
    means: "Memory that Nginx's workers share, so that they count together; auto sizes it by rule.",
  },
  keepalive: {
    ...PLAIN,
    since: { http: "1.1.4" },
    value: { kind: "count", from: 0, to: 65_535 },
    flags: ["local"],
    newer: {
      0: { since: "1.29.7", instead: "use keepalive: false, which is the same before 1.29.7" },
      local: { since: "1.29.7", instead: "remove local: all locations share kept connections before 1.29.7" },
    },
    means: "Idle connections that each worker keeps; local: for each location by itself; 0: none.",
  },
  keepalive_requests: {
    ...PLAIN,
    since: { http: "1.15.3" },
    value: { kind: "count", from: 1, to: 2 ** 31 - 1 },
    needs: NEEDS_KEEPALIVE,
    means: "Requests after which a kept connection is closed.",
  },
  keepalive_time: {
    ...PLAIN,
    since: { http: "1.19.10" },
    value: { kind: "time" },
    needs: NEEDS_KEEPALIVE,
    means: "The age at which a kept connection is closed.",
  },
  keepalive_timeout: {
    ...PLAIN,
    since: { http: "1.15.3" },
    value: { kind: "time" },
    needs: NEEDS_KEEPALIVE,
    means: "How long a kept connection may be idle.",
  },
};
