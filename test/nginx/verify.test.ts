import { expect, test } from "vitest";
import { look } from "../../src/nginx/verify.ts";

/** A master that takes the waiting signal as soon as anybody has looked at anything, and answers it with a worker and a line. */
function masterThatTakesItMeanwhile() {
  let taken = false;
  const after = <T>(value: T): T => {
    taken = true;
    return value;
  };
  return {
    workers: () => after(taken ? [{ pid: 20, startTicks: 20, state: "live" as const }] : []),
    lines: () => after(taken ? [{ pid: 1, text: "[emerg] no" }] : []),
    pending: () => after(!taken),
  };
}

test("what a master does that takes the signal while we look is not taken for the end of an earlier reload", () => {
  const { workers, lines, pending } = look(masterThatTakesItMeanwhile());
  expect(pending && workers.length + lines.length > 0).toBe(false);
});
