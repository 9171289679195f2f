import { Refusal } from "./answer.ts";

/** What a field of a body has to be. */
export type Shape = "string" | "int" | "bool" | "strings" | "texts" | "object" | "objects";

/** The fields that were given, by the names that are known, each of the shape that was asked for. */
export interface Fields<Name extends string> {
  string(name: Name): string;
  int(name: Name): number | null;
  bool(name: Name): boolean;
  strings(name: Name): readonly string[];
  texts(name: Name): Readonly<Record<string, string>> | null;
  object(name: Name): object | null;
  objects(name: Name): readonly object[];
}

const GO_TYPES: Readonly<Record<Shape, string>> = {
  string: "string",
  int: "int",
  bool: "bool",
  strings: "[]string",
  texts: "map[string]string",
  object: "struct",
  objects: "[]struct",
};

/** Reads a JSON body as Go does: field names in any case, unknown ones and wrong types refused, null as if absent. */
export function decodeBody<Name extends string>(body: string, shapes: Readonly<Record<Name, Shape>>): Fields<Name> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, "Request decode failed: unexpected EOF");
  }
  return decodeFields(value, shapes);
}

/** The same for an object inside a body. */
export function decodeFields<Name extends string>(value: unknown, shapes: Readonly<Record<Name, Shape>>): Fields<Name> {
  const names = Object.keys(shapes) as Name[];
  const found = new Map<Name, NonNullable<unknown>>();
  for (const [key, item] of Object.entries(value ?? {})) {
    const name = names.find((one) => one.toLowerCase() === key.toLowerCase());
    if (name === undefined) throw new Refusal(400, `Request decode failed: json: unknown field "${key}"`);
    if (item === null) continue;
    if (!fits(item, shapes[name])) throw new Refusal(400, mismatch(name, item, shapes[name]));
    found.set(name, item);
  }
  return {
    string: (name) => (found.get(name) ?? "") as string,
    int: (name) => (found.get(name) ?? null) as number | null,
    bool: (name) => (found.get(name) ?? false) as boolean,
    strings: (name) => (found.get(name) ?? []) as string[],
    texts: (name) => found.get(name) ?? null,
    object: (name) => found.get(name) ?? null,
    objects: (name) => (found.get(name) ?? []) as object[],
  };
}

function fits(item: unknown, shape: Shape): boolean {
  if (shape === "int") return Number.isInteger(item);
  if (shape === "bool") return typeof item === "boolean";
  if (shape === "string") return typeof item === "string";
  if (shape === "strings") return Array.isArray(item) && item.every((one) => typeof one === "string");
  if (shape === "objects") return Array.isArray(item) && item.every((one) => typeof one === "object" && one !== null);
  const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
  return isObject && (shape === "object" || Object.values(item).every((one) => typeof one === "string"));
}

function mismatch(name: string, item: unknown, shape: Shape): string {
  const kind = Array.isArray(item) ? "array" : typeof item === "number" && !Number.isInteger(item) ? `number ${item}` : typeof item;
  return `Request decode failed: json: cannot unmarshal ${kind} into Go struct field .Alias.${name} of type ${GO_TYPES[shape]}`;
}
