import fc from "fast-check";
import { expect, test } from "vitest";
import { backoff } from "../../src/support/retry.ts";

const LIMITS = { baseMs: 100, capMs: 2_000 };

test("backoff doubles from the base up to the cap, with chance at its most", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 5_000].map((attempt) => backoff(attempt, LIMITS, 1))).toEqual([
    100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000,
  ]);
});

test("backoff leaves the upper half to chance", () => {
  expect([0, 0.5, 1].map((random) => backoff(2, LIMITS, random))).toEqual([200, 300, 400]);
});

test("backoff is never nothing and never above the cap, however often it failed", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const ms = backoff(attempt, LIMITS, random);
      expect(ms).toBeGreaterThanOrEqual(LIMITS.baseMs / 2);
      expect(ms).toBeLessThanOrEqual(LIMITS.capMs);
    }),
  );
});
