import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, nginxTime, parseDuration } from "../../src/config/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["250ms", 250],
    ["2s", 2_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["0", 0],
    ["0s", 0],
  ])("reads %s as %d milliseconds", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "5 s", "-5s", "1.5s", "5sec", "5S", "1m30s", " 5s", "5s\n", "999999999999999h"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it("gives back every number that formatDuration and nginxTime print", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat(),
          fc.nat(100_000).map((s) => s * 1_000),
          fc.nat(10_000).map((m) => m * 60_000),
        ),
        (ms) => {
          expect(parseDuration(formatDuration(ms))).toBe(ms);
          expect(parseDuration(nginxTime(ms))).toBe(ms);
        },
      ),
    );
  });
});

describe("formatDuration", () => {
  it("uses the largest exact unit", () => {
    expect([0, 250, 2_000, 90_000, 300_000, 3_600_000].map(formatDuration)).toEqual(["0s", "250ms", "2s", "90s", "5m", "1h"]);
  });
});

describe("nginxTime", () => {
  it("prints whole seconds as such and all else in milliseconds", () => {
    expect([10_000, 500, 60_000].map(nginxTime)).toEqual(["10s", "500ms", "60s"]);
  });
});
