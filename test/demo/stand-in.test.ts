import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { type StandInOptions, startStandIn } from "../../src/demo/stand-in-consul.ts";
import type { Clock } from "../../src/model/clock.ts";
import { systemClock } from "../../src/support/clock.ts";
import { atEnd } from "../support/cleanup.ts";
import { consulRegistry } from "../support/consul-registry.ts";
import { until } from "../support/until.ts";
import { describeConsulContract } from "./consul-contract.ts";

describeConsulContract("the stand-in", (options) => startStandIn(options));

describe("startStandIn()", () => {
  const start = async (options?: StandInOptions) => {
    const consul = await startStandIn(options);
    atEnd(consul.stop);
    return { ...consul, ...consulRegistry(consul.address) };
  };

  test("varies the wait by up to a sixteenth on the honest back end alone", async () => {
    const slept: number[] = [];
    const passing = { now: 0 };
    const sleep = async (ms: number) => {
      slept.push(ms);
      passing.now += ms;
    };
    const clock: Clock = { ...systemClock, random: () => 1, now: () => passing.now, sleep };
    const consul = await start({ clock });
    for (const query of ["near=_agent&wait=16s", "wait=16s", "near=_agent&wait=1h", "near=_agent&wait=0s"]) {
      await consul.request("GET", `/v1/health/service/consul?index=1000&${query}`);
    }
    expect(slept).toEqual([17_000, 16_000, 637_500, 318_750]);
  });

  test("freeze() leaves requests and hanging queries without an answer until thaw()", async () => {
    const hung = defer();
    const sleep: Clock["sleep"] = (ms, signal) => {
      hung.resolve();
      return systemClock.sleep(ms, signal);
    };
    const consul = await start({ clock: { ...systemClock, sleep } });
    let answered = 0;
    const ask = async (path: string) => {
      await consul.request("GET", path);
      answered += 1;
    };
    const hanging = ask("/v1/health/service/consul?near=_agent&index=1000&wait=100ms");
    await hung.promise;
    consul.freeze();
    const asked = ask("/v1/status/leader");
    const impatient = fetch(`${consul.address}/v1/status/leader`, { signal: AbortSignal.timeout(400) });
    await expect(impatient).rejects.toThrow(/timeout/);
    expect(answered).toBe(0);
    consul.thaw();
    await Promise.all([hanging, asked]);
    expect(answered).toBe(2);
  });

  test("stop() resets what hangs, and a new one on the same port knows nothing and counts from the beginning", async () => {
    const first = await start();
    for (const service of ["a", "b", "c"]) await first.register({ service });
    const before = await fetch(`${first.address}/v1/catalog/services`);
    const hanging = fetch(`${first.address}/v1/catalog/services?index=${before.headers.get("x-consul-index")}`);
    const reset = expect(hanging).rejects.toThrow(/fetch failed/);
    await first.request("GET", "/v1/status/leader");
    await first.stop();
    await reset;
    const second = await start({ port: Number(new URL(first.address).port) });
    const after = await fetch(`${second.address}/v1/catalog/services`);
    expect(await after.json()).toEqual({ consul: [] });
    expect(Number(after.headers.get("x-consul-index"))).toBeLessThan(Number(before.headers.get("x-consul-index")));
  });

  test("a port that is taken is an error, not a hang", async () => {
    const { address } = await start();
    await expect(startStandIn({ port: Number(new URL(address).port) })).rejects.toThrow(/EADDRINUSE/);
  });

  test("counts connections that ask nothing against its limit, and forgets those that are closed", async () => {
    const { address } = await start({ connectionLimit: 1 });
    const port = Number(new URL(address).port);
    const silent = connect(port, "127.0.0.1");
    await until("the first connection", () => !silent.connecting);
    expect(await text(connect(port, "127.0.0.1"))).toMatch(/^HTTP\/1\.1 429 /);
    expect((await fetch(`${address}/v1/status/leader`)).status).toBe(429);
    silent.destroy();
    await until("a place", async () => (await fetch(`${address}/v1/status/leader`, { headers: { connection: "close" } })).status === 200);
  });
});

/** A promise, and what fulfils it. */
function defer(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve: () => resolve() };
}
