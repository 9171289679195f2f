import { expect, test } from "vitest";
import { startConsul } from "./consul-agent.ts";
import { until } from "./until.ts";

interface Entry {
  readonly Service: { readonly ID: string; readonly Port?: number };
  readonly Checks: readonly { readonly Status: string }[];
}

test("startConsul() gives an agent that tells of what was registered, checked and deregistered", async () => {
  const consul = await startConsul();
  const entries = async () => (await consul.request("GET", "/v1/health/service/api?near=_agent")) as Entry[];
  const states = async () => (await entries()).flatMap((entry) => entry.Checks.map((check) => check.Status)).sort();

  await consul.register({ service: "api", id: "api-1", address: "127.0.0.1", port: 8080, check: "passing" });
  expect((await entries()).map((entry) => [entry.Service.ID, entry.Service.Port])).toEqual([["api-1", 8080]]);
  await consul.check("api-1", "warning");
  expect(await states()).toEqual(["passing", "warning"]);
  await consul.maintenance("api-1", true, "a break");
  expect(await states()).toEqual(["critical", "passing", "warning"]);
  await consul.deregister("api-1");
  expect(await entries()).toEqual([]);

  await consul.registerOnNode({ node: "far", address: "10.0.0.9", service: "api", id: "odd;", fields: { Port: -1 } });
  expect((await entries()).map((entry) => [entry.Service.ID, entry.Service.Port])).toEqual([["odd;", -1]]);
  await consul.deregisterFromNode("far");
  expect(await entries()).toEqual([]);
});

test("an agent that is frozen says nothing until it is thawed, and one that was killed comes back empty on the same port", async () => {
  const consul = await startConsul();
  await consul.register({ service: "api", port: 8080 });
  const api = () => fetch(`${consul.url}/v1/health/service/api`, { headers: { connection: "close" }, signal: AbortSignal.timeout(500) });

  consul.freeze();
  await expect(api()).rejects.toThrow(/timeout/);
  consul.thaw();
  expect(await until("an answer after the thaw", async () => (await api()).status)).toBe(200);

  const before = consul.pid();
  await consul.kill();
  await expect(api()).rejects.toThrow(/fetch failed/);
  await consul.restart();
  expect(consul.pid()).not.toBe(before);
  expect(await (await api()).json()).toEqual([]);
});

test("startConsul() says what a bad setting made the agent say", async () => {
  await expect(startConsul({ config: { no_such_setting: 1 } })).rejects.toThrow(/ended at once.*no_such_setting/s);
});
