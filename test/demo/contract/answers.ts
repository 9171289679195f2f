import { expect, test } from "vitest";
import { type Asker, newName } from "./ask.ts";

/** What a single answer looks like: shapes and headers. */
export function testAnswers(consul: Asker): void {
  test("the leader is a non-empty JSON string, and `agent/self` names the node and the datacenter", async () => {
    expect((await consul.get("/v1/status/leader")).json()).toMatch(/^127\.0\.0\.1:\d+$/);
    const self = (await consul.get("/v1/agent/self")).json();
    expect(self).toMatchObject({ Config: { Datacenter: "dc1", NodeName: await nodeName(consul), Version: "1.22.7" } });
  });

  test("an instance is registered with an empty 200 and read back at once with Consul's fields in Consul's order", async () => {
    const name = newName();
    const body = { Name: name, ID: `${name}-1`, Port: 80, Tags: ["b", "a"], Meta: { k: "v" }, Check: { TTL: "10m", Notes: "n" } };
    const registered = await consul.send("PUT", "/v1/agent/service/register", JSON.stringify(body));
    expect([registered.status, registered.text]).toEqual([200, ""]);
    const [entry] = (await consul.health(name)).entries();
    expect(Object.keys(entry?.Node ?? {})).toEqual("ID Node Address Datacenter TaggedAddresses Meta CreateIndex ModifyIndex".split(" "));
    expect(Object.keys(entry?.Service ?? {})).toEqual(
      "ID Service Tags Address Meta Port Weights EnableTagOverride Proxy Connect PeerName CreateIndex ModifyIndex".split(" "),
    );
    expect(entry?.Service).toMatchObject({
      ID: `${name}-1`,
      Service: name,
      Tags: ["b", "a"],
      Address: "",
      Meta: { k: "v" },
      Port: 80,
      Weights: { Passing: 1, Warning: 1 },
    });
    expect(entry?.Checks.map((check) => check["CheckID"])).toEqual(["serfHealth", `service:${name}-1`]);
    expect(entry?.Checks[1]).toMatchObject({
      Name: `Service '${name}' check`,
      Status: "critical",
      Type: "ttl",
      Notes: "n",
      ServiceID: `${name}-1`,
      ServiceTags: ["b", "a"],
    });
    expect(Object.keys(entry?.Checks[1] ?? {})).toEqual(
      "Node CheckID Name Status Notes Output ServiceID ServiceName ServiceTags Type Interval Timeout ExposedPort Definition CreateIndex ModifyIndex".split(
        " ",
      ),
    );
  });

  test("a plain answer knows the leader and names the honest back end", async () => {
    const { headers } = await consul.get(`/v1/health/service/${newName()}`);
    expect(consulHeaders(headers)).toEqual({
      "x-consul-default-acl-policy": "allow",
      "x-consul-effective-consistency": "leader",
      "x-consul-index": expect.stringMatching(/^\d+$/),
      "x-consul-knownleader": "true",
      "x-consul-lastcontact": "0",
      "x-consul-query-backend": "blocking-query",
    });
  });

  test("an indexed answer without `near` comes from the streaming back end, which never knows a leader", async () => {
    const name = newName();
    await consul.register({ service: name });
    const { headers } = await consul.get(`/v1/health/service/${name}?index=1`);
    expect(consulHeaders(headers)).toMatchObject({
      "x-consul-knownleader": "false",
      "x-consul-lastcontact": "0",
      "x-consul-query-backend": "streaming",
    });
  });

  test("an indexed answer with `near` knows the leader", async () => {
    const name = newName();
    await consul.register({ service: name });
    const { headers } = await consul.health(name, "&index=1");
    expect(consulHeaders(headers)).toMatchObject({ "x-consul-knownleader": "true", "x-consul-query-backend": "blocking-query" });
  });

  test.each(["stale", "consistent"])("the consistency %s that was asked for is echoed", async (consistency) => {
    for (const path of ["/v1/health/service/none?near=_agent", "/v1/catalog/services?", "/v1/health/service/none?index=1"]) {
      expect((await consul.get(`${path}&${consistency}`)).headers.get("x-consul-effective-consistency")).toBe(consistency);
    }
  });

  test("a name that nothing has is answered with an empty list and an index above 1", async () => {
    const reply = await consul.health(newName());
    expect([reply.status, reply.json()]).toEqual([200, []]);
    expect(reply.index()).toBeGreaterThan(1);
  });

  test("`catalog/services` lists every name with its tags, in an order that differs from call to call", async () => {
    const name = newName();
    const tags = ["a", "b", "c", "d", "e", "f"];
    await consul.register({ service: name, id: `${name}-1`, tags: tags.slice(0, 4) });
    await consul.register({ service: name, id: `${name}-2`, tags: tags.slice(2) });
    const orders = new Set<string>();
    for (let asked = 0; asked < 100 && orders.size < 2; asked++) {
      const services = (await consul.get("/v1/catalog/services")).json() as Record<string, string[]>;
      expect(services).toMatchObject({ consul: [] });
      expect([...(services[name] ?? [])].sort()).toEqual(tags);
      orders.add(String(services[name]));
    }
    expect(orders.size).toBe(2);
  });

  test("`catalog/nodes` lists the agent's own node with its addresses", async () => {
    const nodes = (await consul.get("/v1/catalog/nodes")).json() as Record<string, unknown>[];
    expect(nodes.find((node) => node["Node"] !== "" && node["Datacenter"] === "dc1")).toMatchObject({
      Node: await nodeName(consul),
      Address: "127.0.0.1",
    });
  });
}

async function nodeName(consul: Asker): Promise<string> {
  const self = (await consul.get("/v1/agent/self")).json() as { Config: { NodeName: string } };
  return self.Config.NodeName;
}

function consulHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("x-consul-")));
}
