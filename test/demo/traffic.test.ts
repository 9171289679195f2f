import { expect, test } from "vitest";
import { startHttpBackend } from "../../src/demo/backends.ts";
import { createTraffic } from "../../src/demo/traffic.ts";
import type { Clock } from "../../src/model/clock.ts";
import { systemClock } from "../../src/support/clock.ts";
import { atEnd } from "../support/cleanup.ts";
import { until } from "../support/until.ts";

/** Traffic to a backend that is not up yet; `slept` is what was asked of the clock. */
async function startTraffic(more: Partial<Clock> = {}) {
  const backend = await startHttpBackend("red");
  await backend.stop();
  const slept: number[] = [];
  const sleep: Clock["sleep"] = (ms, signal) => {
    slept.push(ms);
    return systemClock.sleep(Math.max(0, ms), signal);
  };
  const clock = { ...systemClock, ...more, sleep };
  const traffic = createTraffic(`http://127.0.0.1:${backend.port}/`, { clock, stop: new AbortController().signal });
  atEnd(traffic.stop);
  atEnd(backend.stop);
  traffic.start();
  await until("several tries", () => slept.length > 3);
  return { backend, traffic, slept };
}

test("createTraffic() counts from the first good answer on, then failures as well, with what went wrong", async () => {
  const { backend, traffic } = await startTraffic();
  expect(traffic.answers()).toEqual([]);
  await backend.start();
  await until("good answers", () => traffic.answers().length > 2);
  expect(new Set(traffic.answers().map(({ from, failed }) => `${from} ${failed}`))).toEqual(new Set(["red false"]));
  await backend.stop();
  const failure = await until("a failure", () => traffic.answers().find(({ failed }) => failed));
  expect(failure.from).toMatch(/ECONNREFUSED|socket hang up|ECONNRESET/);
});

test("createTraffic() never sleeps for less than nothing, however late it is", async () => {
  const passing = { now: 0 };
  // Between any two looks at this clock more time passes than there is between two requests.
  const { slept } = await startTraffic({ now: () => (passing.now += 15) });
  expect(Math.min(...slept)).toBeGreaterThanOrEqual(0);
});

test("stop() ends it: nothing is counted afterwards", async () => {
  const { backend, traffic } = await startTraffic();
  await backend.start();
  await until("an answer", () => traffic.answers().length > 0);
  await traffic.stop();
  const counted = traffic.answers().length;
  expect((await fetch(`http://127.0.0.1:${backend.port}/`)).status).toBe(200);
  expect(traffic.answers()).toHaveLength(counted);
});
