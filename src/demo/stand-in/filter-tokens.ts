import { Refusal } from "./answer.ts";

export interface Token {
  /** `word`: a selector, an operator, a parenthesis or a bare value. */
  readonly kind: "word" | "literal" | "end";
  /** Of a literal: without its quotes. */
  readonly text: string;
  readonly offset: number;
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|(-?\d+(?:\.\d+)?)|([a-zA-Z]\w*(?:\.\w+|\["[^"]*"\])*|[=!]=|[()]))\s*/y;

/** Splits a filter; the first character that belongs to nothing is refused with its place. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let offset = 0; offset < text.length; offset = TOKEN.lastIndex) {
    TOKEN.lastIndex = offset;
    const found = TOKEN.exec(text);
    if (found === null)
      throw new Refusal(
        500,
        `1:${offset + 1} (${offset}): no match found, expected: "!=", "==", "contains", "in", "is", "matches", "not" or [ \\t\\r\\n]`,
      );
    const [, quoted, raw, number, word] = found;
    const literal = quoted?.replace(/\\(.)/g, "$1") ?? raw ?? number;
    tokens.push(literal === undefined ? { kind: "word", text: word ?? "", offset } : { kind: "literal", text: literal, offset });
  }
  return tokens;
}
