import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonErrorAt } from "../../src/consul/json-error.ts";

describe("jsonErrorAt", () => {
  it.each([
    ['{"a": 1,}', 1, 9],
    ['{\n  "a": tru\n}', 2, 8],
    ["[1 2]", 1, 4],
    ["[1}", 1, 3],
    ['{"a"}', 1, 5],
    ["", 1, 1],
    ['{"a": [1, {"b": 2}]', 1, 20],
    ["[] []", 1, 4],
    ["<html>", 1, 1],
    ['["a\nb"]', 1, 2],
  ])("finds the error of %j at %i:%i", (text, line, column) => expect(jsonErrorAt(text)).toEqual({ line, column }));

  it("goes to the end of what is JSON, and no further than where something was broken", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        expect(jsonErrorAt(text).column).toBe(text.length + 1);
        const cut = at % (text.length + 1);
        const broken = `${text.slice(0, cut)}\u0000${text.slice(cut)}`;
        expect(jsonErrorAt(broken).column).toBeLessThanOrEqual(cut + 1);
      }),
    );
  });
});
