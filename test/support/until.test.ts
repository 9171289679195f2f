import { expect, test } from "vitest";
import { until, untilValue } from "./until.ts";

test("until() resolves with the first answer that is something", async () => {
  const answers = [null, false, undefined, 0];
  expect(await until("a number", () => answers.shift())).toBe(0);
});

test("until() rejects at the deadline with what was waited for and the last answer", async () => {
  await expect(until("the moon", () => null, { deadlineMs: 30 })).rejects.toThrow("Waited 30 ms in vain for the moon; last: null");
});

test("untilValue() goes on over errors and tells the last of them", async () => {
  const probe = () => {
    throw new Error("not yet");
  };
  await expect(untilValue("peace", probe, () => true, { deadlineMs: 30 })).rejects.toThrow("last: Error: not yet");
});
