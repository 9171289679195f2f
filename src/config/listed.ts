import { shortened } from "./visible.ts";

/** One line for each, indented; beyond a number that somebody reads, the others are counted. */
export function listed(texts: readonly string[]): string {
  const more = texts.length > MOST_LINES ? [`... and ${texts.length - MOST_LINES} more.`] : [];
  return [...texts.slice(0, MOST_LINES).map((text) => shortened(text, LONGEST_LINE)), ...more].map((text) => `\n  ${text}`).join("");
}

const MOST_LINES = 40;
/** Every value in a line is short; this is for what nobody thought of. */
const LONGEST_LINE = 900;
