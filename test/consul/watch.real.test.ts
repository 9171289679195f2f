import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../src/consul/client.ts";
import { fetchSnapshot } from "../../src/consul/fetch-snapshot.ts";
import { formatSnapshot, parseSnapshot } from "../../src/consul/snapshot-file.ts";
import { decisiveCheck, healthOf, type Instance } from "../../src/model/instance.ts";
import { type Snapshot, type Watch, watchKey } from "../../src/model/snapshot.ts";
import { systemClock } from "../../src/support/clock.ts";
import { aWatch } from "../builders.ts";
import { type ConsulAgent, startConsul } from "../support/consul-agent.ts";
import { until } from "../support/until.ts";
import { someSettings } from "./examples.ts";
import { watchAddress } from "./watching.ts";

const MANAGEMENT = "b1a4b1c2-7d2e-4b52-9d21-0c9f5a1d7e11";

async function fetchFrom(agent: ConsulAgent, watches: readonly Watch[], token: string | null = null): Promise<Snapshot> {
  const client = createClient(someSettings(agent.url, { token }));
  const signal = new AbortController().signal;
  return await fetchSnapshot({ client, watches, clock: systemClock, timeoutMs: 10_000, signal }).finally(() => client.close());
}

function instancesOf(snapshot: Snapshot, watch: Watch): readonly Instance[] {
  const answer = snapshot.answers.get(watchKey(watch));
  if (answer?.kind !== "believed") throw new Error(`not believed: ${JSON.stringify(answer)}`);
  return answer.instances;
}

describe("with a real agent", () => {
  let agent: ConsulAgent;
  beforeAll(async () => {
    agent = await startConsul();
  });
  afterAll(() => agent.stop());

  it("watchConsul sees a change in less than a second", async () => {
    const watch = aWatch("quick");
    const watching = watchAddress(agent.url, [watch, aWatch("never-seen")]);
    await until("the first snapshot", () => watching.snapshots.length > 0);
    for (const id of ["q1", "q2", "q3"]) {
      await agent.register({ service: "quick", id, address: "10.0.0.1", port: 80 });
      await until(`${id} to be seen`, () => watching.ids(watch)?.includes(id), { deadlineMs: 1_000, everyMs: 5 });
    }
    for (const id of ["q1", "q2", "q3"]) await agent.deregister(id);
    await until("the last to be gone", () => watching.ids(watch)?.length === 0, { deadlineMs: 1_000, everyMs: 5 });
    expect(watching.report()).toMatchObject({ state: "ok", failures: new Map() });
    await watching.stop();
  });

  it("watchConsul goes on over the end of a wait, without anything new", async () => {
    const watch = aWatch("calm");
    await agent.register({ service: "calm", port: 80 });
    const watching = watchAddress(agent.url, [watch], { waitMs: 200 });
    await until("some answers", () => new Set(watching.reports.map(({ lastAnswerAt }) => lastAnswerAt)).size >= 5);
    expect(watching.snapshots).toHaveLength(1);
    await watching.stop();
  });

  it("watchConsul asks the leader where nothing stale is believed", async () => {
    const watch = aWatch("leader-only");
    const watching = watchAddress(agent.url, [watch], { staleMs: 0 });
    await until("the first snapshot", () => watching.snapshots.length > 0);
    await agent.register({ service: "leader-only", port: 80 });
    await until("the change", () => watching.ids(watch)?.length === 1, { deadlineMs: 1_000 });
    await watching.stop();
  });

  it("fetchSnapshot reads what an agent has of an instance, and a snapshot file gives it back", async () => {
    await agent.register({
      service: "full",
      id: "full-1",
      address: "fd00::1",
      port: 8080,
      tags: ["b", "a"],
      meta: { "nginx-weight": "3", env: "prod" },
      weights: { Passing: 5, Warning: 0 },
      check: "passing",
    });
    // With the status unchanged, the agent would keep what was printed to itself for minutes.
    await agent.check("full-1", "warning", "slow\nvery");
    const watch = aWatch("full", { filter: 'Service.Meta.env == "prod"' });
    const snapshot = await fetchFrom(agent, [watch, aWatch("nobody")]);
    const [instance] = instancesOf(snapshot, watch);
    expect(instance).toMatchObject({
      datacenter: "dc1",
      node: agent.node,
      nodeAddress: "127.0.0.1",
      id: "full-1",
      address: "fd00::1",
      port: 8080,
      tags: ["b", "a"],
      meta: { "nginx-weight": "3" },
      weights: { passing: 5, warning: 0 },
    });
    expect(instance && decisiveCheck(instance)).toMatchObject({ status: "warning", output: "slow" });
    expect(instancesOf(snapshot, aWatch("nobody"))).toEqual([]);
    const watches = [watch, aWatch("nobody")];
    expect(parseSnapshot(formatSnapshot(snapshot, watches, "t"), "s.json", watches)).toEqual(snapshot);
  });

  it("fetchSnapshot reads a maintenance with its reason", async () => {
    await agent.register({ service: "resting", port: 80 });
    await agent.maintenance("resting", true, "new disk");
    const [instance] = instancesOf(await fetchFrom(agent, [aWatch("resting")]), aWatch("resting"));
    expect(instance && healthOf(instance)).toBe("maintenance");
    expect(instance && decisiveCheck(instance)?.output).toBe("new disk");
  });

  it("fetchSnapshot leaves out a service whose name differs in case, and counts it", async () => {
    await agent.register({ service: "cased", id: "mine", port: 80 });
    await agent.register({ service: "CASED", id: "intruder", port: 81 });
    const snapshot = await fetchFrom(agent, [aWatch("cased")]);
    expect(snapshot.answers.get(watchKey(aWatch("cased")))).toMatchObject({ strangers: 1, instances: [{ id: "mine" }] });
  });

  it("fetchSnapshot survives what a registrant may put anywhere", async () => {
    const evil = '"; } http { $x\n\u0000../\u202e';
    await agent.registerOnNode({
      node: `node ${evil}`,
      address: evil,
      service: "hostile",
      id: evil,
      fields: { Port: -1, Tags: [evil], Address: evil, TaggedAddresses: { [evil]: { Address: evil, Port: 65_536 } } },
      checks: [{ Node: `node ${evil}`, CheckID: evil, Name: evil, Status: "weird", ServiceID: evil }],
    });
    const [instance] = instancesOf(await fetchFrom(agent, [aWatch("hostile")]), aWatch("hostile"));
    expect(instance).toMatchObject({ id: evil, address: evil, port: -1, tags: [evil], taggedAddresses: { [evil]: { port: 65_536 } } });
    expect(instance && healthOf(instance)).toBe("critical");
  });

  it.each([
    ["a filter that is none", { filter: "Service.Nope ==" }, "CONFIG_INVALID", "cannot use the filter"],
    ["a filter of an unknown field", { filter: "Service.Nope == 1" }, "CONFIG_INVALID", "cannot use the filter"],
    ["a namespace, without Enterprise", { namespace: "default" }, "CONFIG_INVALID", "Enterprise"],
    ["a partition, without Enterprise", { partition: "default" }, "CONFIG_INVALID", "Enterprise"],
    ["an unknown datacenter", { datacenter: "nope" }, "CONSUL", "No path to datacenter"],
    ["a name that cannot be read", { service: "a\tb" }, "CONSUL", "status 400: an empty body"],
  ] as const)("fetchSnapshot says what is wrong with %s", async (_, change, code, text) => {
    await expect(fetchFrom(agent, [aWatch("api", change)])).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });
});

describe("with a real agent that fails", () => {
  it("watchConsul notices a frozen agent by its own deadline, and its thaw at once", async () => {
    const agent = await startConsul();
    await agent.register({ service: "api", port: 80 });
    const watching = watchAddress(agent.url, [aWatch("api")], { waitMs: 500 });
    await until("the first snapshot", () => watching.snapshots.length > 0);
    agent.freeze();
    await until("the alarm", () => watching.report()?.state === "frozen", { deadlineMs: 8_000 });
    expect(watching.snapshots).toHaveLength(1);
    agent.thaw();
    await until("the all-clear", () => watching.report()?.state === "ok", { deadlineMs: 2_000 });
    expect(watching.ids(aWatch("api"))).toEqual(["api"]);
    await watching.stop();
    await agent.stop();
  });

  it("watchConsul keeps what it has while the agent is killed, and follows the new one within two seconds", async () => {
    const agent = await startConsul();
    await agent.register({ service: "api", id: "before", port: 80 });
    const watching = watchAddress(agent.url, [aWatch("api"), aWatch("web")]);
    await until("the instance", () => watching.ids(aWatch("api"))?.includes("before"));
    const delivered = watching.snapshots.length;
    await agent.kill();
    await until("the alarm", () => watching.report()?.state === "unreachable", { deadlineMs: 2_000 });
    expect(watching.report()?.reason).toContain("ECONNREFUSED");
    expect(watching.snapshots).toHaveLength(delivered);
    await agent.restart();
    await agent.register({ service: "api", id: "after", port: 80 });
    await until("the all-clear", () => watching.report()?.state === "ok", { deadlineMs: 2_000 });
    await until("the new instance", () => watching.ids(aWatch("api"))?.includes("after"), { deadlineMs: 2_000 });
    await watching.stop();
    await agent.stop();
  });
});

describe("with a real agent that denies by default", () => {
  let agent: ConsulAgent;
  beforeAll(async () => {
    const acl = { enabled: true, default_policy: "deny", tokens: { initial_management: MANAGEMENT } };
    agent = await startConsul({ config: { acl }, token: MANAGEMENT });
    await until("ACLs to work", () => agent.register({ service: "api", port: 80 }).then(() => true));
  });
  afterAll(() => agent.stop());

  it.each([
    ["nobody in particular", null, "filtered", "consul.token_file"],
    ["an unknown token", "00000000-1111-4222-8333-444444444444", "denied", "ACL not found"],
  ])("watchConsul believes nothing that is told to %s", async (_, token, state, text) => {
    const watching = watchAddress(agent.url, [aWatch("api")], { token });
    await until("the report", () => watching.report()?.state === state);
    expect(watching.report()?.reason).toContain(text);
    expect(watching.snapshots).toEqual([]);
    await watching.stop();
    await expect(fetchFrom(agent, [aWatch("api")], token)).rejects.toMatchObject({ code: "CONSUL", exit: 3 });
  });

  it("watchConsul reads with the minimal policy, fails for itself where a policy hides a service, and says which", async () => {
    await agent.register({ service: "secret", port: 80 });
    const rules = 'service "api" { policy = "read" } node_prefix "" { policy = "read" }';
    await agent.request("PUT", "/v1/acl/policy", { Name: "api-only", Rules: rules });
    const token = (await agent.request("PUT", "/v1/acl/token", { Policies: [{ Name: "api-only" }] })) as { SecretID: string };
    const watching = watchAddress(agent.url, [aWatch("api"), aWatch("secret")], { token: token.SecretID });
    await until("the snapshot", () => watching.ids(aWatch("secret")) === "filtered");
    expect(watching.ids(aWatch("api"))).toEqual(["api"]);
    expect(watching.report()).toMatchObject({ state: "ok" });
    expect([...(watching.report()?.failures.values() ?? [])][0]?.reason).toContain('service "secret"');
    await watching.stop();
  });
});
