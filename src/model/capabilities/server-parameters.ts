import type { Since } from "./since.ts";

/** How a parameter is written: `NAME=5`, `NAME=10s`, `NAME=text`, or the name alone. */
export type ParameterValue =
  | { readonly kind: "count"; readonly from: number; readonly to: number }
  | { readonly kind: "seconds" }
  | { readonly kind: "text"; readonly most: number }
  | { readonly kind: "flag" };

export interface ParameterRule {
  readonly since: Since;
  readonly value: ParameterValue;
  /** The key of the configuration that asks for it; null: it follows from others. */
  readonly key: string | null;
  /** Whether it means nothing without `sticky`. */
  readonly needsSticky: boolean;
  /** A parameter that it must not stand beside: of the two the last one would win (facts: Sticky sessions). */
  readonly excludes: string | null;
  /** What to do where a version or a protocol lacks it. */
  readonly instead: string;
}

const MAX = 2 ** 31 - 1;
const PLAIN = { needsSticky: false, excludes: null, instead: "remove it" } as const;

/** What a `server` may have behind its address, in the order in which it is printed. */
export const SERVER_PARAMETERS: Readonly<Record<string, ParameterRule>> = {
  weight: {
    ...PLAIN,
    since: { http: "0.3.53", stream: "1.9.0" },
    value: { kind: "count", from: 1, to: 65_535 },
    key: "weight",
  },
  max_conns: {
    ...PLAIN,
    since: { http: "1.11.5", stream: "1.11.5" },
    value: { kind: "count", from: 0, to: MAX },
    key: "max_conns",
  },
  max_fails: {
    ...PLAIN,
    since: { http: "0.5.0", stream: "1.9.0" },
    value: { kind: "count", from: 0, to: MAX },
    key: "max_fails",
  },
  fail_timeout: {
    ...PLAIN,
    since: { http: "0.5.0", stream: "1.9.0" },
    value: { kind: "seconds" },
    key: "fail_timeout",
  },
  route: {
    ...PLAIN,
    since: { http: "1.29.6" },
    value: { kind: "text", most: 32 },
    key: null,
    needsSticky: true,
  },
  backup: {
    ...PLAIN,
    since: { http: "0.6.7", stream: "1.9.0" },
    value: { kind: "flag" },
    key: "backup",
  },
  down: {
    ...PLAIN,
    since: { http: "0.5.0", stream: "1.9.0" },
    value: { kind: "flag" },
    key: "when_maintenance",
  },
  drain: {
    ...PLAIN,
    since: { http: "1.29.6" },
    value: { kind: "flag" },
    key: "when_maintenance",
    needsSticky: true,
    excludes: "down",
    instead: "use when_maintenance: down, or remove",
  },
};
