import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentText, isBareToken, quoteToken } from "../../../src/model/grammar/quote.ts";
import { tokenize } from "../../../src/model/grammar/tokens.ts";
import { anyText } from "./any-text.ts";

describe("quoteToken", () => {
  test.each([
    ["10.0.0.7:8080", "10.0.0.7:8080"],
    ["[::1]:80", "[::1]:80"],
    ["", '""'],
    ["a b", '"a b"'],
    ["a;b", '"a;b"'],
    ["#a", '"#a"'],
    ["}", '"}"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["grüße", '"grüße"'],
  ])("prints %j as %s", (text, expected) => {
    expect(quoteToken(text, { variables: false })).toEqual({ ok: true, text: expected });
  });

  test.each([
    ["a\nb", "it holds a control character"],
    ["a\u0000", "it holds a control character"],
    ["\u007f", "it holds a control character"],
    ["\ud800", "it holds half a character (a lone surrogate)"],
    ["$host", "it holds a $, which Nginx would take for a variable"],
    ["é".repeat(513), "it has 1026 bytes and 1024 is the most"],
  ])("refuses %j", (text, because) => {
    expect(quoteToken(text, { variables: false })).toEqual({ ok: false, because });
  });

  test("lets variables through where they may stand", () => {
    expect(quoteToken("$request_uri", { variables: true })).toEqual({ ok: true, text: "$request_uri" });
    expect(quoteToken("${host}$uri", { variables: true })).toEqual({ ok: true, text: '"${host}$uri"' });
  });

  test("prints any text as exactly that one word, or refuses it", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (value, variables) => {
        const quoted = quoteToken(value, { variables });
        const result = tokenize(`a ${quoted.ok ? quoted.text : "refused"};`);
        expect("tokens" in result && result.tokens.map((token) => token.value)).toEqual(["a", quoted.ok ? value : "refused", ";"]);
      }),
      { numRuns: 3000 },
    );
  });

  test("never refuses printable text that is short and holds no dollar", () => {
    fc.assert(fc.property(fc.string(), (value) => quoteToken(value.replaceAll("$", ""), { variables: false }).ok));
  });
});

describe("isBareToken", () => {
  test("is true of words without a character that means anything to the grammar, and of nothing else", () => {
    expect(["10.0.0.7:80", "a=b", "x_y-z"].map(isBareToken)).toEqual([true, true, true]);
    expect(["", "a b", "$a", "a;", "a{", "#", '"', "\\", "a\n", "é", "x".repeat(1025)].filter(isBareToken)).toEqual([]);
  });
});

describe("commentText", () => {
  test("keeps printable ASCII and leaves nothing that could end the line", () => {
    expect(commentText("v1\n server x;\t#é\u{1f600}")).toBe("v1? server x;?#??");
  });

  test("is cut to 200 characters", () => {
    expect(commentText("x".repeat(5000))).toHaveLength(200);
  });
});
