import { type GrammarError, type Token, tokenize } from "./tokens.ts";

/** One directive of any Nginx configuration, with the places in the text that it was read from. */
export interface ParsedDirective {
  readonly name: string;
  /** As Nginx sees them, unquoted. */
  readonly arguments: readonly string[];
  /** Where each argument stands: as many as `arguments`, in the same order. */
  readonly words: readonly Token[];
  /** null where it ends with a semicolon. */
  readonly block: readonly ParsedDirective[] | null;
  readonly line: number;
  /** The line of the semicolon or of the closing brace. */
  readonly endLine: number;
  /** The range of the whole text, the semicolon or closing brace included. */
  readonly from: number;
  readonly to: number;
}

/**
 * Reads any Nginx configuration as a tree, without knowing a single directive. Blocks in another language (`..._by_lua_block`)
 * are read as if they were Nginx's, or are an error. Nesting is limited by memory only.
 */
export function parseConfiguration(text: string): { readonly directives: readonly ParsedDirective[] } | GrammarError {
  const result = tokenize(text);
  if ("error" in result) return result;
  const root: ParsedDirective[] = [];
  const open: { words: readonly Token[]; block: ParsedDirective[] }[] = [{ words: [], block: root }];
  let words: Token[] = [];
  for (const token of result.tokens) {
    if (token.kind === "word") words.push(token);
    else if (token.kind === "{") open.push({ words, block: [] });
    else if (token.kind === ";") open.at(-1)?.block.push(directive(words, null, token));
    else {
      const closed = open.pop();
      if (closed !== undefined) open.at(-1)?.block.push(directive(closed.words, closed.block, token));
    }
    if (token.kind !== "word") words = [];
  }
  return { directives: root };
}

/** The tokenizer has seen to it that a directive has a name and that braces match. */
function directive(tokens: readonly Token[], block: readonly ParsedDirective[] | null, end: Token): ParsedDirective {
  const [name, words] = [tokens[0], tokens.slice(1)];
  return {
    name: name?.value ?? "",
    arguments: words.map((word) => word.value),
    words,
    block,
    line: name?.line ?? end.line,
    endLine: end.line,
    from: name?.from ?? end.from,
    to: end.to,
  };
}
