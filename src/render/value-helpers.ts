import { lookUp } from "./look-up.ts";
import { type Place, shown, templateError } from "./template-error.ts";

/** `(default x y)`: y where x is null or empty. */
export function defaultOf(value: unknown, otherwise: unknown): unknown {
  return value === null || value === "" ? otherwise : value;
}

/** `(first x)`: the first of a list, null where it is empty. */
export function firstOf(list: unknown, place: Place): unknown {
  return listOf(list, "first", place)[0] ?? null;
}

/** `(eq x y)`: whether two texts, numbers or nulls read the same. */
export function isEqual(a: unknown, b: unknown, place: Place): boolean {
  const wrong = [a, b].find((value) => typeof value === "object" && value !== null);
  if (wrong !== undefined)
    throw templateError(place, `eq cannot compare ${shown(wrong)}`, "Compare two texts or numbers, such as a field.");
  return a === null || b === null ? a === b : String(a) === String(b);
}

/** One group of `{{#group x by="..."}}`, as its block sees it. */
export interface Group {
  readonly key: string;
  readonly items: readonly unknown[];
}

/**
 * `{{#group x by="tags"}}`: the items of a list by a field of theirs, or by each entry of it where it is a list; the groups sorted,
 * their items as they came. What has nothing there is in no group.
 */
export function groupsOf(list: unknown, by: string, place: Place): readonly Group[] {
  const groups = new Map<string, unknown[]>();
  for (const item of listOf(list, "group", place)) {
    for (const key of keysOf(item, by, place)) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, items]) => ({ key, items }));
}

function keysOf(item: unknown, by: string, place: Place): ReadonlySet<string> {
  const found = by.split(".").reduce<unknown>((value, name) => lookUp(value, name, place), item);
  const keys = Array.isArray(found) ? found : [found];
  const wrong = keys.find((key) => typeof key === "object" && key !== null);
  if (wrong !== undefined)
    throw templateError(place, `nothing can be grouped by ${by}, which is ${shown(wrong)}`, "Name a field that is a text, or tags.");
  return new Set(keys.filter((key) => key !== null).map(String));
}

function listOf(value: unknown, helper: string, place: Place): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw templateError(place, `${helper} goes through a list, and ${shown(value)} is none`, "Name a list, such as servers or tags.");
}
