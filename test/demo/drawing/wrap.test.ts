import fc from "fast-check";
import { expect, test } from "vitest";
import { wrap } from "../../../src/demo/drawing/wrap.ts";

test("wrap() breaks between words, indents the first line and the further ones, and leaves a long word whole", () => {
  expect(wrap("one two three", 9, "> ", "  ")).toEqual(["> one two", "  three"]);
  expect(wrap("a very-long-word b", 6, "  ")).toEqual(["  a", "  very-long-word", "  b"]);
  expect(wrap("", 10, "  ")).toEqual(["  "]);
});

test("wrap() loses no word and goes beyond the width for single words only", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 40 }), (given, columns) => {
      const lines = wrap(given.join(" "), columns, "  ");
      expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(given);
      for (const line of lines) expect(line.length <= columns || !line.trim().includes(" ")).toBe(true);
    }),
  );
});
