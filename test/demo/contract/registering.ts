import { expect, test } from "vitest";
import { startTcpBackend } from "../../../src/demo/backends.ts";
import { type Asker, type Entry, newName } from "./ask.ts";

/** What can be registered, and what becomes of it. */
export function testRegistering(consul: Asker): void {
  const register = (body: unknown, query = "") => consul.send("PUT", `/v1/agent/service/register${query}`, JSON.stringify(body));
  const entries = async (name: string) => (await consul.health(name)).entries();

  test("a look-up by name does not care for case, and says how each instance wrote its name", async () => {
    const name = newName();
    await consul.register({ service: name, id: `${name}-lower` });
    await consul.register({ service: name.toUpperCase(), id: `${name}-upper` });
    const names = (found: readonly Entry[]) => new Set(found.map((entry) => entry.Service["Service"]));
    expect(names(await entries(name.toUpperCase()))).toEqual(new Set([name.toUpperCase(), name]));
    expect(names((await consul.get(`/v1/health/service/${name}?index=1`)).entries())).toEqual(new Set([name.toUpperCase(), name]));
  });

  test.each([
    [undefined, { Passing: 1, Warning: 1 }],
    [{ Passing: 5 }, { Passing: 5, Warning: 0 }],
    [
      { Passing: 5, Warning: 2 },
      { Passing: 5, Warning: 2 },
    ],
  ])("weights %j are read back as %j", async (Weights, expected) => {
    const name = newName();
    await register({ Name: name, Weights });
    expect((await entries(name))[0]?.Service["Weights"]).toEqual(expected);
  });

  test.each([-1, 65_536, 1_000_000_000])("the port %d is accepted and given back", async (Port) => {
    const name = newName();
    expect((await register({ Name: name, Port })).status).toBe(200);
    expect((await entries(name))[0]?.Service["Port"]).toBe(Port);
  });

  test("a port of 0 is not there, and neither is a kind or a socket path that nobody gave", async () => {
    const name = newName();
    await register({ Name: name, Port: 0 });
    await register({
      Name: name,
      ID: `${name}-2`,
      Kind: "evil;",
      SocketPath: "/x",
      Port: 1,
      TaggedAddresses: { wan: { Address: "a;b", Port: 9 } },
    });
    const [plain, odd] = await entries(name);
    expect(Object.keys(plain?.Service ?? {})).not.toEqual(expect.arrayContaining(["Port"]));
    expect(Object.keys(plain?.Service ?? {})).not.toEqual(expect.arrayContaining(["Kind"]));
    expect(plain?.Service["Meta"]).toBeNull();
    expect(odd?.Service).toMatchObject({ Kind: "evil;", SocketPath: "/x", TaggedAddresses: { wan: { Address: "a;b", Port: 9 } } });
  });

  test.each([
    [{}, "Missing service name"],
    [{ Name: "x", Foo: 1 }, 'Request decode failed: json: unknown field "Foo"'],
    [{ Name: "x", Port: "80" }, "Request decode failed: json: cannot unmarshal string into Go struct field .Alias.Port of type int"],
    [{ Name: "x", Port: 80.5 }, "Request decode failed: json: cannot unmarshal number 80.5 into Go struct field .Alias.Port of type int"],
    [{ Name: "x", Weights: { Passing: 0, Warning: 1 } }, "Invalid Weights: Passing must be greater than 0"],
    [{ Name: "x", Weights: { Passing: 65_536 } }, "Invalid Weights: DNS Weight must be between 0 and 65535"],
    [{ Name: "x", Address: "0.0.0.0" }, "Invalid service address"],
    [
      { Name: "x", Meta: { "a b": "1" } },
      "Invalid Service Meta: Couldn't load metadata pair ('a b', '1'): Key contains invalid characters",
    ],
    [{ Name: "x", Check: { TTL: "10s", Status: "weird" } }, "Status for checks must 'passing', 'warning', 'critical'"],
    [{ Name: "x", Check: { TTL: "abc" } }, 'Request decode failed: time: invalid duration "abc"'],
  ])("the registration %j is refused", async (body, text) => {
    const reply = await register(body);
    expect([reply.status, reply.text.trim()]).toEqual([400, text]);
  });

  test("a registration that repeats a check keeps its status; `replace-existing-checks` removes those that it does not repeat", async () => {
    const name = newName();
    const states = async () =>
      (await entries(name))[0]?.Checks.slice(1).map((check) => [check["CheckID"], check["Status"], check["Output"]]);
    const [one, two] = [
      { CheckID: `${name}-1`, TTL: "10m" },
      { CheckID: `${name}-2`, TTL: "10m" },
    ];
    await register({ Name: name, Checks: [one, two] });
    await consul.request("PUT", `/v1/agent/check/pass/${name}-1?note=well`);
    await register({ Name: name, Check: one });
    expect(await states()).toEqual([
      [`${name}-1`, "passing", "well"],
      [`${name}-2`, "critical", ""],
    ]);
    await register({ Name: name, Check: one }, "?replace-existing-checks=true");
    expect(await states()).toEqual([[`${name}-1`, "passing", "well"]]);
  });

  test("a check that the agent runs itself begins with the status it was registered with", async () => {
    const name = newName();
    const check = { HTTP: "http://127.0.0.1:1/", Interval: "90m", Timeout: "1500ms", Status: "passing" };
    await register({ Name: name, Checks: [check, { TTL: "10m" }] });
    const expected = { CheckID: `service:${name}:1`, Type: "http", Interval: "1h30m0s", Timeout: "1.5s", Status: "passing" };
    expect((await entries(name))[0]?.Checks[1]).toMatchObject(expected);
    const without = await register({ Name: name, Check: { HTTP: "http://127.0.0.1:1/" } });
    expect([without.status, without.text]).toEqual([400, expect.stringMatching(/^Invalid check: Interval must be > 0/)]);
  });

  test("a TCP check is critical once nobody listens, with what the connection said, and passes again once somebody does", async () => {
    const name = newName();
    const backend = await startTcpBackend(name);
    const address = `127.0.0.1:${backend.port}`;
    await register({ Name: name, Check: { TCP: address, Interval: "1s", Timeout: "2s", Status: "passing" } });
    const index = async () => (await consul.health(name)).index();
    const after = async (seen: number) => (await consul.health(name, `&index=${seen}&wait=15s`)).entries()[0]?.Checks[1];
    const whole = await index();
    await backend.stop();
    expect(await after(whole)).toMatchObject({
      Type: "tcp",
      Status: "critical",
      Output: `dial tcp ${address}: connect: connection refused`,
    });
    const broken = await index();
    await backend.start();
    expect(await after(broken)).toMatchObject({ Status: "passing", Output: `TCP connect ${address}: Success` });
    await backend.stop();
    await consul.deregister(name);
  });

  test("a TTL check says what it is told, and is critical when it is told nothing in time", async () => {
    const name = newName();
    await register({ Name: name, Check: { CheckID: name, TTL: "2s" } });
    const check = (reply: { entries(): readonly Entry[] }) => reply.entries()[0]?.Checks[1];
    for (const [verb, status] of [
      ["warn", "warning"],
      ["pass", "passing"],
    ] as const) {
      await consul.request("PUT", `/v1/agent/check/${verb}/${name}?note=${verb}ed`);
      expect(check(await consul.health(name))).toMatchObject({ Status: status, Output: `${verb}ed` });
    }
    const late = await consul.health(name, `&index=${(await consul.health(name)).index()}&wait=15s`);
    expect(check(late)).toMatchObject({ Status: "critical", Output: "TTL expired (last output before timeout follows): passed" });
  });

  test("maintenance of a service is a critical check with the reason in its notes, and ends when it is switched off", async () => {
    const name = newName();
    await consul.register({ service: name, check: "passing" });
    await consul.maintenance(name, true, "a break");
    const expected = {
      CheckID: `_service_maintenance:${name}`,
      Name: "Service Maintenance Mode",
      Status: "critical",
      Type: "maintenance",
      Notes: "a break",
      ServiceID: name,
    };
    expect((await entries(name))[0]?.Checks).toContainEqual(expect.objectContaining(expected));
    await consul.maintenance(name, false);
    expect((await entries(name))[0]?.Checks.map((check) => check["CheckID"])).toEqual(["serfHealth", `ttl:${name}`]);
  });

  test("a node without an agent has no id and no check of its own; any text is a status there, and bad weights become 1", async () => {
    const name = newName();
    const fields = { Weights: { Passing: 0, Warning: 7 }, Port: 1 };
    await consul.registerOnNode({
      node: `${name}-far`,
      address: "10.0.0.9",
      service: name,
      fields,
      checks: [{ CheckID: name, Status: "weird", ServiceID: name }],
    });
    const [entry] = await entries(name);
    expect(entry?.Node).toMatchObject({ ID: "", Node: `${name}-far`, Address: "10.0.0.9", TaggedAddresses: null, Meta: null });
    expect(entry?.Service).toMatchObject({ ID: name, Port: 1, Weights: { Passing: 1, Warning: 1 } });
    expect(entry?.Checks).toMatchObject([{ CheckID: name, Status: "weird", ServiceName: name }]);
  });

  test("the same id on two nodes is two instances, and a node goes with all that it carries", async () => {
    const name = newName();
    for (const node of ["a", "b"]) await consul.registerOnNode({ node: `${name}-${node}`, address: "10.0.0.9", service: name });
    expect((await entries(name)).map((entry) => [entry.Node["Node"], entry.Service["ID"]])).toEqual([
      [`${name}-a`, name],
      [`${name}-b`, name],
    ]);
    await consul.deregisterFromNode(`${name}-a`);
    expect((await entries(name)).map((entry) => entry.Node["Node"])).toEqual([`${name}-b`]);
    await consul.deregisterFromNode(`${name}-b`, name);
    expect(await entries(name)).toEqual([]);
    const nodes = (await consul.get("/v1/catalog/nodes")).json() as { Node: string }[];
    expect(nodes.map((node) => node.Node).filter((node) => node.startsWith(`${name}-`))).toEqual([`${name}-b`]);
  });
}
