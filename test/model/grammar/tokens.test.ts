import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenize } from "../../../src/model/grammar/tokens.ts";
import { anyText } from "./any-text.ts";

/** Values of words, marks as they are. */
function valuesOf(text: string): readonly string[] {
  const result = tokenize(text);
  if ("error" in result) throw new Error(`line ${result.line}: ${result.error}`);
  return result.tokens.map(({ value }) => value);
}

describe("tokenize", () => {
  test.each([
    ["words, marks and every kind of space", "a\tb\r\nc;\n d { e ; }", ["a", "b", "c", ";", "d", "{", "e", ";", "}"]],
    ["no space before a brace", "upstream u{}", ["upstream", "u", "{", "}"]],
    ["marks inside a word that end nothing", "a}b a#b a\"b a'b (c);", ["a}b", "a#b", 'a"b', "a'b", "(c)", ";"]],
    ["quotes with everything in them", "a \"x ; { } # ' y\" 'p \" q';", ["a", "x ; { } # ' y", 'p " q', ";"]],
    ["an empty word in quotes", 'a "";', ["a", "", ";"]],
    ["the escapes that are resolved", String.raw`a "\"\'\\\t\r\n";`, ["a", "\"'\\\t\r\n", ";"]],
    ["the escapes that are kept", String.raw`a \;b \x\ c;`, ["a", String.raw`\;b`, String.raw`\x\ c`, ";"]],
    ["a variable in braces", "a ${b}c $d{ e; }", ["a", "${b}c", "$d", "{", "e", ";", "}"]],
    ["a brace after several dollars", "a $${{b};", ["a", "$${{b}", ";"]],
    ["a comment up to the line feed, with a carriage return inside", "a; # b; \r c;\nd;", ["a", ";", "d", ";"]],
    ["a comment inside a directive", "a # b\n c;", ["a", "c", ";"]],
    ["a bracket right after a quote, which begins a word", 'if ("a")b;', ["if", '("a")b', ";"]],
    ["a word that a bracket begins after a quote", 'a "b")c;', ["a", "b", ")c", ";"]],
    ["bytes that are no space to Nginx", "a\u00a0b \u000bc;", ["a\u00a0b", "\u000bc", ";"]],
    ["nothing at all", " \n# c", []],
  ])("splits %s", (_, text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
  });

  test("says where each word stands, quotes included", () => {
    const text = 'a\n  "b\n c" d;';
    const result = tokenize(text);
    expect("tokens" in result && result.tokens.map(({ line, quoted, from, to }) => [line, quoted, text.slice(from, to)])).toEqual([
      [1, false, "a"],
      [2, true, '"b\n c"'],
      [3, false, "d"],
      [3, false, ";"],
    ]);
  });

  test("says where comments stand", () => {
    const text = "a; # one\n#two";
    const result = tokenize(text);
    expect("comments" in result && result.comments.map(({ from, to }) => text.slice(from, to))).toEqual(["# one", "#two"]);
  });

  test.each([
    ["a;\n;", 'unexpected ";"', 2],
    ["\n{", 'unexpected "{"', 2],
    ["a }", 'unexpected "}"', 1],
    ["a;\n}", 'unexpected "}"', 2],
    ['a "b"c;', 'unexpected "c"', 1],
    ['a "b"}', 'unexpected "}"', 1],
    ["a\n", 'unexpected end of file, expecting ";" or "}"', 2],
    ["a \\", 'unexpected end of file, expecting ";" or "}"', 1],
    ['a "b\n', 'unexpected end of file, expecting ";" or "}"', 2],
    ["a {\nb;\n", 'unexpected end of file, expecting "}"', 3],
  ])("refuses %j as Nginx does", (text, error, line) => {
    expect(tokenize(text)).toEqual({ error, line });
  });

  test.each([
    ["a bare word", (n: number) => `\na ${"x".repeat(n)};`, 4095, 'too long parameter "xxxxxxxxxx..." started'],
    ["a bare word before a space", (n: number) => `\na ${"x".repeat(n)} b;`, 4094, 'too long parameter "xxxxxxxxxx..." started'],
    ["a quoted word", (n: number) => `\na "${"x".repeat(n)}";`, 4094, 'too long parameter "xxxxxxxxxx..." started'],
    ["a word of two-byte letters", (n: number) => `\na "é${"x".repeat(n - 2)}";`, 4094, 'too long parameter "éxxxxxxxx..." started'],
    ["a comment", (n: number) => `\n#${"x".repeat(n - 1)}\na;`, 4095, 'too long parameter "#xxxxxxxxx..." started'],
  ])("takes %s up to the length that fits Nginx's buffer", (_, text, longest, error) => {
    expect(tokenize(text(longest))).toHaveProperty("tokens");
    expect(tokenize(text(longest + 1))).toEqual({ error, line: 2 });
  });

  test("names the missing quote where a quoted word does not end", () => {
    expect(tokenize(`a "${"x".repeat(5000)}`)).toEqual({
      error: 'too long parameter, probably missing terminating """ character',
      line: 1,
    });
  });

  test("takes any number of spaces and words", () => {
    expect(valuesOf(`a${" ".repeat(10_000)}${"b ".repeat(5000)};`)).toHaveLength(5002);
  });

  test("never throws, and its words lie in the text one after another", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = tokenize(text);
        const tokens = "error" in result ? [] : result.tokens;
        const ranges = tokens.flatMap(({ from, to }) => [from, to]);
        expect(ranges).toEqual([...ranges].sort((a, b) => a - b));
        expect(tokens.filter(({ quoted }) => !quoted).every(({ value, from, to }) => value.length <= to - from)).toBe(true);
        expect("error" in result ? result.line : text.split("\n").length).toBeLessThanOrEqual(text.split("\n").length);
      }),
      { numRuns: 2000 },
    );
  });
});
