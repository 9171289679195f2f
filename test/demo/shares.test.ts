import { describe, expect, test } from "vitest";
import { settledFrom, sharesOf, sharesText, since } from "../../src/demo/shares.ts";

const answers = (letters: string) => [...letters].map((letter, at) => ({ from: letter, at, failed: false }));

test("sharesOf() counts who answered, and sharesText() says it in the order of names", () => {
  expect(sharesOf(answers("bab"))).toEqual({ a: 1, b: 2 });
  expect(sharesText({ b: 2, a: 1 })).toBe("a 1, b 2");
  expect(sharesText({})).toBe("nobody");
});

test("since() gives the answers from a time on", () => {
  expect(since(answers("abcd"), 2).map(({ from }) => from)).toEqual(["c", "d"]);
  expect(since(answers("abcd"), 9)).toEqual([]);
  expect(since(answers("abcd"), -1)).toHaveLength(4);
});

describe("settledFrom()", () => {
  test("finds the first answer from which on all in a row are shared as they should be", () => {
    expect(settledFrom(answers("aaaaabababab"), { a: 1, b: 1 }, 2)?.at).toBe(4);
    expect(settledFrom(answers("abaaabab"), { a: 1, b: 1 }, 2)?.at).toBe(4);
  });

  test("is null while the last ones are shared otherwise, and while there are too few", () => {
    expect(settledFrom(answers("ababaa"), { a: 1, b: 1 }, 2)).toBeNull();
    expect(settledFrom(answers("a"), { a: 1, b: 1 }, 2)).toBeNull();
  });
});
