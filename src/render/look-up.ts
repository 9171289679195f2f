import { type Place, shown, templateError, VIEW_HINT } from "./template-error.ts";

/** What a template sees is closed: a name that is not there is a mistake. A dictionary is open: what is not in it is null. */
export function dictionary<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}

/** The last name of a path; throws `TEMPLATE` where there is no such field. Inherited names (`toString`) are not there either. */
export function lookUp(object: unknown, name: string, place: Place): unknown {
  if (isFields(object) && Object.hasOwn(object, name)) return object[name];
  if (isDictionary(object)) return null;
  const around = isFields(object)
    ? `: there are ${Object.keys(object).slice(0, 20).join(", ")}`
    : `, as what it would be a field of is ${shown(object)}`;
  throw templateError(place, `there is no ${name}${around}`, VIEW_HINT);
}

/** The names before the last: what is missing there is noticed by the last one, which knows its place. */
export function ownField(object: unknown, name: string): unknown {
  return isFields(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isDictionary(value: unknown): boolean {
  return isFields(value) && Object.getPrototypeOf(value) === null;
}
