import { describe, expect, test } from "vitest";
import { isTime, parseSeconds } from "../../../src/model/grammar/time.ts";

describe("parseSeconds", () => {
  test.each([
    ["0", 0],
    ["10", 10],
    ["10s", 10],
    ["1m", 60],
    ["1h30m", 5400],
    ["1h 30m", 5400],
    ["1d1", 86_401],
    ["1w", 604_800],
    ["1M", 2_592_000],
    ["1y", 31_536_000],
  ])("reads %s as %i seconds", (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  test.each(["", "500ms", "1.5s", "30m1h", "10S", "-1", "s", "1h ", "1s1", "99999999999999999999"])("refuses %j as Nginx does", (text) => {
    expect(parseSeconds(text)).toBeNull();
  });
});

describe("isTime", () => {
  test("takes what Nginx takes where it counts in milliseconds", () => {
    expect(["0", "60", "60s", "500ms", "1h30m", "25d", "1s500ms"].filter((text) => !isTime(text))).toEqual([]);
  });

  test("refuses the rest", () => {
    expect(["", "1.5s", "-1", "1M", "1y", "30m1h", "10s;", "ms"].filter(isTime)).toEqual([]);
  });
});
