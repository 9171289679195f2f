import { rowOf } from "./capabilities/since.ts";
import { STICKY, type StickyAttribute, type StickyKind, type StickyValue } from "./capabilities/sticky.ts";
import { isProblem, type Problem } from "./problem.ts";
import type { Sticky } from "./settings.ts";

const FALLBACK = "fallback";

/**
 * Reads `sticky` as the configuration has it: `{cookie: NAME, ...}`, `{route: [$variable, ...]}` or `{learn: {...}}`, with
 * `fallback: hash` where the kind allows it.
 */
export function parseSticky(input: Readonly<Record<string, unknown>>): Sticky | Problem {
  const kinds = Object.keys(input).filter((key) => Object.hasOwn(STICKY, key));
  const [kind] = kinds;
  const row = kind === undefined ? undefined : rowOf(STICKY, kind);
  if (kind === undefined || row === undefined || kinds.length > 1) return notOneKind(kinds, Object.keys(input));
  const { [kind]: written, [FALLBACK]: fallback, ...beside } = input;
  const subject = row.subject === null ? [] : subjectWords(kind, row.subject, written);
  if (isProblem(subject)) return subject;
  const attributes = attributeWords(kind, row, row.subject === null ? written : beside);
  if (isProblem(attributes)) return attributes;
  if (row.subject === null && Object.keys(beside).length > 0) return unknownAttribute(kind, row, Object.keys(beside)[0] ?? "");
  const variable = fallbackOf(kind, row, subject[0] ?? "", fallback);
  if (isProblem(variable)) return variable;
  return { kind, arguments: [kind, ...subject, ...attributes], fallback: variable };
}

function notOneKind(kinds: readonly string[], keys: readonly string[]): Problem {
  const because = kinds.length > 1 ? "an upstream can have one kind only" : "that is no kind of sticky";
  return { asked: `sticky ${(kinds.length > 1 ? kinds : keys).join(" and ")}`.trimEnd(), because, instead: `use one of ${KINDS}` };
}

const KINDS = Object.entries(STICKY)
  .map(([kind, { subject }]) => `{ ${kind}: ${subject === null ? "{ ... }" : subject.list ? "[$variable, ...]" : "NAME"} }`)
  .join(", ");

type Words = readonly string[];

function subjectWords(kind: string, value: StickyValue, written: unknown): Words | Problem {
  const words = value.list ? asList(written) : [written];
  if (words.length > 0 && words.every((word) => typeof word === "string" && value.pattern.test(word))) return words as Words;
  return {
    asked: `sticky ${kind}: ${shown(written)}`,
    because: "Nginx would take it for something else",
    instead: `use ${value.expected}`,
  };
}

function attributeWords(kind: string, row: StickyKind, written: unknown): Words | Problem {
  const given = typeof written === "object" && written !== null ? (written as Readonly<Record<string, unknown>>) : {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(row.attributes, name));
  if (unknown !== undefined) return unknownAttribute(kind, row, unknown);
  const words = Object.entries(row.attributes).map(([name, attribute]) => wordsOf(kind, name, attribute, given[name]));
  return words.find(isProblem) ?? words.flatMap((word) => (isProblem(word) ? [] : word));
}

function wordsOf(kind: string, name: string, { value, required }: StickyAttribute, written: unknown): Words | Problem {
  if (written === undefined) return required ? missingAttribute(kind, name, value) : [];
  if (value === "flag")
    return typeof written === "boolean" ? (written ? [name] : []) : wrongAttribute(kind, name, written, "true or false");
  const list = value.list ? asList(written) : [written];
  const fits = list.length > 0 && list.every((word) => typeof word === "string" && value.pattern.test(word));
  return fits ? list.map((word) => `${name}=${String(word)}`) : wrongAttribute(kind, name, written, value.expected);
}

function unknownAttribute(kind: string, row: StickyKind, name: string): Problem {
  const known = [...Object.keys(row.attributes), ...(row.fallback ? [FALLBACK] : [])];
  const instead = known.length === 0 ? `remove ${name}` : `use ${known.join(", ")}`;
  return { asked: `sticky ${kind} with ${name}`, because: "no open source version of Nginx has it", instead };
}

function missingAttribute(kind: string, name: string, value: "flag" | StickyValue): Problem {
  const expected = value === "flag" ? "true" : value.expected;
  return { asked: `sticky ${kind} without ${name}`, because: "Nginx needs it", instead: `add ${name}: ${expected}` };
}

function wrongAttribute(kind: string, name: string, written: unknown, expected: string): Problem {
  return { asked: `sticky ${kind} with ${name}: ${shown(written)}`, because: "it would not be what it seems", instead: `use ${expected}` };
}

/** The variable that holds the cookie; a name with `-` has none that a key could use. */
function fallbackOf(kind: string, row: StickyKind, subject: string, written: unknown): string | null | Problem {
  if (written === undefined || written === false) return null;
  const asked = `sticky ${kind} with ${FALLBACK}: ${shown(written)}`;
  if (!row.fallback) return { asked, because: "there is nothing else to look at where Nginx lacks it", instead: `remove ${FALLBACK}` };
  if (written !== "hash") return { asked, because: "that is no way to do without sticky", instead: `use ${FALLBACK}: hash` };
  if (/^\w+$/.test(subject)) return `$cookie_${subject}`;
  return { asked, because: `no variable holds the cookie ${subject}`, instead: "use a name of letters, digits and _" };
}

function asList(written: unknown): readonly unknown[] {
  return Array.isArray(written) ? written : [written];
}

function shown(written: unknown): string {
  return JSON.stringify(written) ?? "nothing";
}
