import { commentText, quoteToken } from "../model/grammar/quote.ts";
import { type Place, shown, templateError } from "./template-error.ts";

/** What may stand anywhere in a configuration without a meaning to Nginx's grammar: neither ends a word nor begins anything. */
const PLAIN = /^[A-Za-z0-9_.:/@+=[\]-]+$/;
const LONGEST = 1024;

/** Prints `{{x}}`: one plain word, or an error that names the helper to use. `expression` is what stands in the braces. */
export function printPlain(value: unknown, expression: string, place: Place): string {
  if (typeof value === "string" && isPlainWord(value)) return value;
  const text = textOf(value, `{{${expression}}}`, place);
  if (isPlainWord(text)) return text;
  throw templateError(
    place,
    `{{${expression}}} is ${shown(text)}, which is not one plain word`,
    `Write {{quote ${expression}}} to print it as one quoted word, or # {{comment ${expression}}} in a comment.`,
  );
}

function isPlainWord(text: string): boolean {
  return text.length <= LONGEST && PLAIN.test(text);
}

/** Prints `{{quote x}}`: one word, in quotes where it needs them. `variables` lets `$` through, for values of the operator's own. */
export function printQuoted(value: unknown, variables: boolean, place: Place): string {
  const quoted = quoteToken(textOf(value, "{{quote ...}}", place), { variables });
  if (quoted.ok) return quoted.text;
  throw templateError(
    place,
    `{{quote ...}} cannot print ${shown(value)}: ${quoted.because}`,
    "Leave it out, or print it with {{comment x}} in a comment.",
  );
}

/** Prints `{{comment x}}`: printable ASCII on one line, whatever it was. */
export function printComment(value: unknown, place: Place): string {
  return commentText(textOf(value, "{{comment ...}}", place));
}

/** Prints `{{join x ", "}}`: each item as `{{x}}` would, with a text of the template between. */
export function printJoined(list: unknown, between: string, place: Place): string {
  if (!Array.isArray(list))
    throw templateError(place, `join goes through a list, and ${shown(list)} is none`, "Name a list, such as tags.");
  return list.map((item) => printItem(item, place)).join(between);
}

function printItem(item: unknown, place: Place): string {
  const text = textOf(item, "an item that {{join ...}} prints", place);
  if (isPlainWord(text)) return text;
  throw templateError(
    place,
    `{{join ...}} cannot print ${shown(text)}, which is not one plain word`,
    "Write {{#each x}} {{quote this}}{{/each}} to print each as one quoted word.",
  );
}

/** Text and numbers have one way to be printed; anything else would print as something that nobody meant. */
function textOf(value: unknown, what: string, place: Place): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  const hint =
    value === null
      ? 'It is null where it was not asked for: put {{#if x}}...{{/if}} around it, or write (default x "...").'
      : "Print one of its fields, or go through it with {{#each x}}.";
  throw templateError(place, `${what} is ${value === null ? "null" : Array.isArray(value) ? "a list" : "not a text or a number"}`, hint);
}
