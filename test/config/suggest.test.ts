import { describe, expect, it } from "vitest";
import { didYouMean } from "../../src/config/suggest.ts";

describe("didYouMean", () => {
  it.each([
    ["adress", "address"],
    ["adderss", "address"],
    ["Address", "address"],
    ["httpp", "http"],
    ["htpp", "http"],
  ])("sees that %s means %s", (word, meant) => {
    expect(didYouMean(word, ["zone", "http", "address"])).toBe(` Did you mean "${meant}"?`);
  });

  it("does not look at case, which Consul keeps in names", () => {
    expect(didYouMean("payments", ["Payments", "API"])).toBe(' Did you mean "Payments"?');
  });

  it("is silent where nothing is near", () => {
    expect(didYouMean("sticky", ["zone", "http", "address"])).toBe("");
    expect(didYouMean("x", [])).toBe("");
  });
});
