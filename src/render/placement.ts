import { tokenize } from "../model/grammar/tokens.ts";
import { type Place, templateError } from "./template-error.ts";

/** What a helper printed: it is only safe as a whole word, or inside a comment. */
export interface Printed {
  readonly kind: "quote" | "comment";
  readonly place: Place;
}

/** Control characters, which neither a template nor a value can hold. */
const [OPEN, MIDDLE, CLOSE] = ["\u0001", "\u0002", "\u0003"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const MARKED = /\u0001(\d+)\u0002([^\u0003]*)\u0003/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
export const RESERVED = /[\u0001-\u0003]/;

/** Marks what a helper printed with its number, until it is known where it came to stand. */
export function mark(number: number, text: string): string {
  return `${OPEN}${number}${MIDDLE}${text}${CLOSE}`;
}

/**
 * Takes the marks out of rendered text and proves that each quoted word stands as a word of its own (`a{{quote x}}` would
 * not be one: quotes mean nothing in the middle of a word) and each comment inside a comment.
 */
export function settle(text: string, printed: readonly Printed[]): string {
  if (printed.length === 0) return text;
  const { clean, ranges } = unmark(text);
  const result = tokenize(clean);
  const words = new Set("error" in result ? [] : result.tokens.map(({ from, to }) => `${from} ${to}`));
  const comments = "error" in result ? [] : result.comments;
  for (const { number, from, to } of ranges) {
    const helper = printed[number];
    if (helper === undefined) continue;
    if ("error" in result)
      throw templateError(
        helper.place,
        `the rendered text is not a configuration: line ${result.line}: ${result.error}`,
        "Look at the text around it.",
      );
    const stands =
      helper.kind === "quote" ? words.has(`${from} ${to}`) : comments.some((comment) => comment.from < from && to <= comment.to);
    if (!stands) throw misplaced(helper);
  }
  return clean;
}

function unmark(text: string): { clean: string; ranges: readonly { number: number; from: number; to: number }[] } {
  const ranges: { number: number; from: number; to: number }[] = [];
  let removed = 0;
  const clean = text.replace(MARKED, (whole: string, number: string, inner: string, offset: number) => {
    ranges.push({ number: Number(number), from: offset - removed, to: offset - removed + inner.length });
    removed += whole.length - inner.length;
    return inner;
  });
  return { clean, ranges };
}

function misplaced({ kind, place }: Printed): Error {
  return kind === "quote"
    ? templateError(
        place,
        "{{quote ...}} does not stand as a word of its own",
        "Put a space before it, and a space or a semicolon after it.",
      )
    : templateError(
        place,
        "{{comment ...}} does not stand in a comment",
        "Put # and a space before it, and nothing but the end of the line after it.",
      );
}
