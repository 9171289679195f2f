import type { Protocol } from "../settings.ts";

/**
 * What each version of open source Nginx knows inside `upstream` is data, and lies in this folder: methods, directives,
 * parameters of servers, sticky sessions, what only others have, and what Nginx accepts with another meaning than it seems to
 * have. The configuration's schema and reference, the gate, the reading back and the tests on real versions are derived. What it
 * rests on was tried (facts: Methods and their versions; facts: Values).
 */

/** The version that brought it, for each protocol that has it at all. */
export type Since = Readonly<Partial<Record<Protocol, string>>>;

/** The newest version that was tried; assumed, and said, where none can be found out. */
export const NEWEST_KNOWN = "1.31.3";

/** The oldest version that is reckoned with. */
export const OLDEST_KNOWN = "1.18.0";

/** Stands for a version that has whatever any has: what is refused for it is refused everywhere. */
export const ANY_VERSION = "999999.0.0";

/** Compares versions by number: `1.9.0` is older than `1.22.1`. */
export function isAtLeast(version: string, since: string): boolean {
  const [have, want] = [version, since].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (want?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Whether a version has it in a protocol. */
export function has(since: Since, protocol: Protocol, version: string): boolean {
  const first = since[protocol];
  return first !== undefined && isAtLeast(version, first);
}

/** The row of a table by its name; `constructor` is in none. */
export function rowOf<Row>(table: Readonly<Record<string, Row>>, name: string): Row | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
