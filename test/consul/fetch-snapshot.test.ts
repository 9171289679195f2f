import { beforeEach, describe, expect, it } from "vitest";
import type { ConsulClient } from "../../src/consul/client.ts";
import { ConsulError } from "../../src/consul/consul-error.ts";
import { fetchSnapshot } from "../../src/consul/fetch-snapshot.ts";
import { type Snapshot, type Watch, watchKey } from "../../src/model/snapshot.ts";
import { aWatch } from "../builders.ts";
import { type ScriptedConsul, scriptedConsul } from "./scripted-consul.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";
import { idsOf } from "./watching.ts";

const [api, web] = [aWatch("api"), aWatch("web")];

let clock: VirtualClock;
let consul: ScriptedConsul;

beforeEach(() => {
  clock = virtualClock();
  consul = scriptedConsul(clock);
  consul.set("api", ["a1"]);
  consul.set("web", ["w1"]);
});

/** What a fetch comes to, once `ms` have passed. */
async function fetchIn(
  ms: number,
  watches: readonly Watch[],
  change: { client?: ConsulClient; signal?: AbortSignal } = {},
): Promise<Snapshot | Error | "pending"> {
  const options = { client: consul.client, watches, clock, timeoutMs: 30_000, signal: new AbortController().signal, ...change };
  let result: Snapshot | Error | "pending" = "pending";
  fetchSnapshot(options).then(
    (snapshot) => {
      result = snapshot;
    },
    (error: Error) => {
      result = error;
    },
  );
  await clock.advance(ms);
  return result;
}

describe("fetchSnapshot", () => {
  it("asks for each watch once, from the start, and keeps their order", async () => {
    const many = Array.from({ length: 40 }, (_, i) => aWatch(`s${i}`));
    const snapshot = await fetchIn(0, [api, ...many, web]);
    if (!("answers" in (snapshot as object))) throw new Error(String(snapshot));
    const { answers } = snapshot as Snapshot;
    expect([...answers.keys()]).toEqual([api, ...many, web].map(watchKey));
    expect([idsOf(answers.get(watchKey(api))), idsOf(answers.get(watchKey(web)))]).toEqual([["a1"], ["w1"]]);
    expect(consul.asked).toHaveLength(42);
    expect(new Set(consul.asked.map(({ index }) => index))).toEqual(new Set(["0"]));
  });

  it("asks for eight at a time at most", async () => {
    consul.agent("frozen");
    await fetchIn(
      5_000,
      Array.from({ length: 40 }, (_, i) => aWatch(`s${i}`)),
    );
    expect(consul.asked).toHaveLength(8);
  });

  it("waits for an agent that comes back in time", async () => {
    consul.agent("leaderless");
    void clock.sleep(10_000).then(() => consul.agent("well"));
    expect(await fetchIn(9_000, [api])).toBe("pending");
    expect(await fetchIn(3_000, [api])).toHaveProperty("answers");
  });

  it.each([
    ["down", "Consul cannot be reached"],
    ["frozen", "does not answer"],
    ["leaderless", "No cluster leader"],
  ] as const)("gives up on an agent that is %s when the time is over, with the service and the reason", async (mood, text) => {
    consul.agent(mood);
    expect(await fetchIn(29_000, [api])).toBe("pending");
    const error = await fetchIn(30_010, [api]);
    expect(error).toMatchObject({ code: "CONSUL", exit: 3 });
    expect((error as Error).message).toContain('service "api"');
    expect((error as Error).message).toContain("within 30 s");
    expect((error as Error).message).toContain(text);
  });

  it.each(["denied", "filtered", "garbled"] as const)("gives up soon on a service that is %s, and names it", async (mood) => {
    consul.mood("web", mood);
    const error = await fetchIn(1_000, [api, web]);
    expect(error).toMatchObject({ code: "CONSUL", exit: 3 });
    expect((error as Error).message).toContain('service "web"');
    expect(consul.asked.filter(({ service }) => service === "web")).toHaveLength(2);
  });

  it("calls a bad filter a mistake in the configuration, at once", async () => {
    const text = 'Selector "Service.Foo" is not valid';
    const client = { ...consul.client, health: () => Promise.reject(new ConsulError({ kind: "http", status: 500, code: null, text })) };
    const error = await fetchIn(0, [aWatch("api", { filter: "Service.Foo == 1" })], { client });
    expect(error).toMatchObject({ code: "CONFIG_INVALID", exit: 2, hint: "Correct the filter." });
    expect((error as Error).message).toContain(text);
  });

  it("ends when it is interrupted", async () => {
    consul.agent("frozen");
    const stop = new AbortController();
    void clock.sleep(5).then(() => stop.abort());
    expect(await fetchIn(10, [api], { signal: stop.signal })).toMatchObject({
      code: "CONSUL",
      message: expect.stringContaining("interrupted"),
    });
  });
});
