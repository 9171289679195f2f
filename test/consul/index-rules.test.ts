import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextIndex, parseIndex } from "../../src/consul/index-rules.ts";

const anyIndex = fc.bigInt({ min: 0n, max: 2n ** 80n }).map(String);

describe("nextIndex", () => {
  it("goes on from what was answered", () => expect(nextIndex("20", "21")).toBe("21"));
  it("starts again when the index went back", () => expect(nextIndex("20", "19")).toBe("0"));
  it("is never 0 after an answer to a request from the start, for 0 does not block", () => expect(nextIndex("0", "0")).toBe("1"));
  it("keeps what a double cannot hold", () => expect(nextIndex("9007199254740993", "9007199254740995")).toBe("9007199254740995"));

  it("never blocks above what the agent has, and from the start only when it went back", () => {
    fc.assert(
      fc.property(anyIndex, anyIndex, (asked, answered) => {
        const next = BigInt(nextIndex(asked, answered));
        expect(next <= (BigInt(answered) > 1n ? BigInt(answered) : 1n)).toBe(true);
        expect(next === 0n).toBe(BigInt(answered) < BigInt(asked));
      }),
    );
  });
});

describe("parseIndex", () => {
  it("takes a whole number", () => expect(parseIndex("18446744073709551615")).toBe("18446744073709551615"));
  it.each([undefined, "", "-1", "1.5", "0x10", " 1", "abc", "1".repeat(41)])("finds no index in %j", (header) =>
    expect(parseIndex(header)).toBeNull(),
  );
});
