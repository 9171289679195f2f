/** A word of a configuration, or one of the marks that end a directive or a block. */
export interface Token {
  readonly kind: "word" | ";" | "{" | "}";
  /** What Nginx sees: without quotes, with escapes resolved. */
  readonly value: string;
  readonly quoted: boolean;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** The range of the raw text, quotes included. */
  readonly from: number;
  readonly to: number;
}

/** Where a text is not a configuration, in Nginx's own words. */
export interface GrammarError {
  readonly error: string;
  readonly line: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The ranges of the comments, from `#` to before the end of the line. */
  readonly comments: readonly { readonly from: number; readonly to: number }[];
}

/** Nginx reads through a buffer of so many bytes, and a word, with what ends it, has to fit (nginx: ngx_conf_file.c, NGX_CONF_BUFFER). */
const BUFFER = 4096;

interface Reader {
  readonly text: string;
  readonly tokens: Token[];
  readonly comments: { from: number; to: number }[];
  at: number;
  line: number;
  /** Words of the directive that is being read. */
  words: number;
  depth: number;
}

/** Splits a whole configuration exactly as Nginx does (facts: Token grammar). Never throws. */
export function tokenize(text: string): Tokens | GrammarError {
  const reader: Reader = { text, tokens: [], comments: [], at: 0, line: 1, words: 0, depth: 0 };
  while (reader.at < text.length) {
    const error = readNext(reader);
    if (error !== null) return error;
  }
  if (reader.words > 0) return endOfFile(reader, '";" or "}"');
  if (reader.depth > 0) return endOfFile(reader, '"}"');
  return { tokens: reader.tokens, comments: reader.comments };
}

function readNext(reader: Reader): GrammarError | null {
  const character = reader.text.charAt(reader.at);
  if (isSpace(character)) return skipSpace(reader, character);
  if (character === "#") return skipComment(reader);
  if (character === ";" || character === "{" || character === "}") return readMark(reader, character);
  if (character === '"' || character === "'") return readQuoted(reader, character);
  return readBare(reader);
}

function skipSpace(reader: Reader, character: string): null {
  if (character === "\n") reader.line++;
  reader.at = endOf(BLANKS, reader.text, reader.at + 1);
  return null;
}

/** What may be passed over at once: thousands of servers are read at every change. */
const BLANKS = /[ \t\r]*/y;
const ORDINARY = /[^ \t\r\n;{$\\]*/y;

/** Where what a sticky pattern matches, which may be nothing, ends. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

function skipComment(reader: Reader): GrammarError | null {
  const from = reader.at;
  const newline = reader.text.indexOf("\n", from);
  const to = newline === -1 ? reader.text.length : newline;
  if (isTooLong(reader.text, from, to)) return tooLong(reader, from);
  reader.comments.push({ from, to });
  reader.at = to;
  return null;
}

function readMark(reader: Reader, mark: ";" | "{" | "}"): GrammarError | null {
  const misplaced = mark === "}" ? reader.words > 0 || reader.depth === 0 : reader.words === 0;
  if (misplaced) return { error: `unexpected "${mark}"`, line: reader.line };
  reader.tokens.push({ kind: mark, value: mark, quoted: false, line: reader.line, from: reader.at, to: reader.at + 1 });
  reader.depth += mark === "{" ? 1 : mark === "}" ? -1 : 0;
  reader.words = 0;
  reader.at++;
  return null;
}

function readQuoted(reader: Reader, quote: string): GrammarError | null {
  const { text, at, line } = reader;
  const end = endOfQuoted(text, at + 1, quote);
  if (isTooLong(text, at + 1, end)) return { error: `too long parameter, probably missing terminating "${quote}" character`, line };
  pushWord(reader, text.slice(at + 1, end), true, end + 1);
  if (end >= text.length) return endOfFile(reader, '";" or "}"');
  const next = text.charAt(end + 1);
  if (next !== "" && !isSpace(next) && !";{)".includes(next)) return { error: `unexpected "${next}"`, line: reader.line };
  return isTooLong(text, at + 1, lastRead(text, end + 1)) ? tooLong({ ...reader, line }, at + 1) : null;
}

function readBare(reader: Reader): GrammarError | null {
  const { text, at, line } = reader;
  const end = endOfBare(text, at);
  if (isTooLong(text, at, lastRead(text, end))) return tooLong(reader, at);
  pushWord(reader, text.slice(at, end), false, end);
  return end >= text.length ? endOfFile({ ...reader, line: line + newlines(text.slice(at)) }, '";" or "}"') : null;
}

function pushWord(reader: Reader, raw: string, quoted: boolean, to: number): void {
  reader.tokens.push({ kind: "word", value: resolveEscapes(raw), quoted, line: reader.line, from: reader.at, to });
  reader.line += newlines(raw);
  reader.words++;
  reader.at = to;
}

/** The closing quote, or the end of the text. */
function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    else if (character === quote) return at;
  }
  return text.length;
}

/** What ends the word, or the end of the text. A `{` does not where it follows `$`. */
function endOfBare(text: string, from: number): number {
  let variable = false;
  for (let at = endOf(ORDINARY, text, from); at < text.length; at++) {
    const character = text.charAt(at);
    if (variable && character === "{") continue;
    variable = character === "$";
    if (character === "\\") at++;
    else if (isSpace(character) || character === ";" || character === "{") return at;
  }
  return text.length;
}

/** A space that ends a word is read together with what follows it, before Nginx lets go of the word. */
function lastRead(text: string, end: number): number {
  return Math.min(isSpace(text.charAt(end)) ? end + 1 : end, text.length - 1);
}

/** Whether the character at `last` is beyond the buffer that begins at `from`. */
function isTooLong(text: string, from: number, last: number): boolean {
  const end = Math.min(last, text.length - 1);
  return (end - from) * 3 >= BUFFER && (end - from >= BUFFER || bytesOf(text.slice(from, end)).length >= BUFFER);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Nginx quotes the first ten bytes. */
function tooLong(reader: Reader, from: number): GrammarError {
  const start = new TextDecoder().decode(bytesOf(reader.text.slice(from, from + 10)).slice(0, 10));
  return { error: `too long parameter "${start}..." started`, line: reader.line };
}

function endOfFile(reader: Reader, expecting: string): GrammarError {
  return { error: `unexpected end of file, expecting ${expecting}`, line: reader.line };
}

const CONTROLS: Readonly<Record<string, string>> = { t: "\t", r: "\r", n: "\n" };

/** Of all escapes, Nginx resolves these alone; any other keeps its backslash. */
function resolveEscapes(raw: string): string {
  return raw.includes("\\") ? raw.replace(/\\(["'\\trn])/g, (_, escaped: string) => CONTROLS[escaped] ?? escaped) : raw;
}

function isSpace(character: string): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

function newlines(text: string): number {
  return text.includes("\n") ? text.split("\n").length - 1 : 0;
}
