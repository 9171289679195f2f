import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { type Asker, newName } from "./ask.ts";

/** Parameters, filters and what is refused. */
export function testAsking(consul: Asker): void {
  const ids = async (name: string, query: string) =>
    (await consul.health(name, query))
      .entries()
      .map((entry) => String(entry.Service["ID"]))
      .sort((one, other) => one.localeCompare(other));

  test("`passing` leaves out warning and critical instances", async () => {
    const name = newName();
    for (const check of ["passing", "warning", "critical"] as const)
      await consul.register({ service: name, id: `${name}-${check}`, check });
    expect(await ids(name, "&passing")).toEqual([`${name}-passing`]);
    expect(await ids(name, "&passing=false")).toHaveLength(3);
  });

  test("several tags must all be there, in any case", async () => {
    const name = newName();
    await consul.register({ service: name, id: `${name}-1`, tags: ["blue", "fast"] });
    await consul.register({ service: name, id: `${name}-2`, tags: ["blue"] });
    expect(await ids(name, "&tag=BLUE")).toHaveLength(2);
    expect(await ids(name, "&tag=blue&tag=Fast")).toEqual([`${name}-1`]);
  });

  describe("a filter", () => {
    const name = newName();
    beforeAll(async () => {
      await consul.register({
        service: name,
        id: "one",
        port: 80,
        tags: ["blue", "x y"],
        meta: { env: "prod", "with-dash": "5" },
        check: "passing",
      });
      await consul.register({ service: name, id: "two", port: 81, tags: ["red"], meta: { env: "test" }, check: "critical" });
      await consul.register({ service: name, id: "three", tags: [] });
    });

    test.each([
      ['Service.Meta.env == "prod"', ["one"]],
      ["Service.Meta.env == prod", ["one"]],
      ["Service.Meta.env == `prod`", ["one"]],
      ['Service.Meta.env != "prod"', ["three", "two"]],
      ['Service.Meta["with-dash"] == "5"', ["one"]],
      ['"blue" in Service.Tags', ["one"]],
      ['"blue" not in Service.Tags', ["three", "two"]],
      ['Service.Tags contains "x y"', ["one"]],
      ['Service.Tags not contains "blue"', ["three", "two"]],
      ["Service.Port == 80", ["one"]],
      ["Service.Port == 0", ["three"]],
      ['Service.Weights.Passing == 1 and Service.ID != "one"', ["three", "two"]],
      ['Checks.Status == "critical"', ["two"]],
      ['not (Service.ID == "one" or Service.ID == "two")', ["three"]],
      ['not Service.ID == "one" and Service.Port != 0', ["two"]],
      ['Service.ID == "one" or Service.ID == "two" and Service.Port == 1', ["one"]],
      ['(Service.ID == "one" or Service.ID == "two") and Service.Port == 81', ["two"]],
      ["Service.Nope == 1 ", null],
    ])("%s", async (filter, expected) => {
      const query = `&filter=${encodeURIComponent(filter)}`;
      if (expected === null) expect((await consul.health(name, query)).status).toBe(500);
      else expect(await ids(name, query)).toEqual(expected);
    });

    test("works on the catalog and on checks, by their own names for things", async () => {
      const services = await consul.get(
        `/v1/catalog/services?filter=${encodeURIComponent(`ServiceName == "${name}" and "red" in ServiceTags`)}`,
      );
      expect(services.json()).toEqual({ [name]: ["red"] });
      const checks = await consul.get(
        `/v1/health/state/any?filter=${encodeURIComponent(`Status != "passing" and ServiceName == "${name}"`)}`,
      );
      expect(checks.json()).toMatchObject([{ CheckID: "ttl:two" }]);
    });
  });

  test.each(["Service.Port > 5", "((", "Service.Meta.x ==", "garbage", 'Service.ID == "a" Service.ID == "b"', 'Service.ID === "a"'])(
    "the filter `%s` is a 500 that says it cannot be read, without that prefix when it is streamed",
    async (filter) => {
      const honest = await consul.health("none", `&filter=${encodeURIComponent(filter)}`);
      expect([honest.status, honest.text]).toEqual([
        500,
        expect.stringMatching(/^Failed to create boolean expression evaluator: 1:\d+ \(\d+\): no match found, expected: /),
      ]);
      const streamed = await consul.get(`/v1/health/service/none?index=1&filter=${encodeURIComponent(filter)}`);
      expect([streamed.status, streamed.text]).toEqual([500, expect.stringMatching(/^1:\d+ \(\d+\): no match found, expected: /)]);
    },
  );

  test("a filter that asks for a field that is not there is a 500 that names it", async () => {
    const { status, text } = await consul.health("none", `&filter=${encodeURIComponent('Service.Foo == "x"')}`);
    expect([status, text.trim()]).toEqual([500, 'Failed to create boolean expression evaluator: Selector "Service.Foo" is not valid']);
  });

  test.each([
    ["wait=300", 400, "Invalid wait time"],
    ["wait=abc&index=5", 400, "Invalid wait time"],
    ["index=abc", 400, "Invalid index"],
    ["index=-1", 400, "Invalid index"],
    ["passing=abc", 400, "Invalid value for ?passing"],
    ["stale&consistent", 400, "Cannot specify ?stale with ?consistent, conflicting semantics."],
    ["ns=default", 400, 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature'],
    ["partition=default", 400, 'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature'],
    ["dc=nope", 500, "No path to datacenter"],
  ])("the query ?%s is answered with %d", async (query, status, text) => {
    const reply = await consul.get(`/v1/health/service/none?${query}`);
    expect([reply.status, reply.text.trim(), reply.headers.get("x-consul-index")]).toEqual([status, text, null]);
    expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("an unknown datacenter is, when it is streamed, an empty list at index 1 at the end of the wait", async () => {
    const reply = await consul.get("/v1/health/service/consul?dc=nope&index=1&wait=400ms");
    expect([reply.status, reply.text.trim(), reply.index()]).toEqual([200, "[]", 1]);
    expect(reply.ms).toBeGreaterThanOrEqual(395);
    expect((await consul.get("/v1/health/service/consul?dc=nope&index=1&near=_agent")).status).toBe(500);
  });

  test.each([
    ["GET", "/v1/nothing", 404, "Invalid URL path: not a recognized HTTP API endpoint"],
    ["GET", "/v1/health/service/", 400, "Missing service name"],
    ["GET", "/v1/agent/service/register", 405, "method GET not allowed"],
    ["POST", "/v1/health/service/x", 405, "method POST not allowed"],
    [
      "PUT",
      "/v1/agent/service/deregister/nope",
      404,
      'Unknown service ID "nope". Ensure that the service ID is passed, not the service name.',
    ],
    [
      "PUT",
      "/v1/agent/service/maintenance/nope?enable=true",
      404,
      'Unknown service ID "nope". Ensure that the service ID is passed, not the service name.',
    ],
    ["PUT", "/v1/agent/service/maintenance/nope", 400, "Missing value for enable"],
    ["PUT", "/v1/agent/maintenance?enable=abc", 400, 'Invalid value for enable: "abc"'],
    ["PUT", "/v1/agent/check/pass/nope", 404, 'Unknown check ID "nope". Ensure that the check ID is passed, not the check name.'],
  ])("%s %s is answered with %d", async (method, path, status, text) => {
    const reply = await consul.send(method, path);
    expect([reply.status, reply.text.trim()]).toEqual([status, text]);
  });

  test.each(["%0a", "%00", "%E2%80%AE"])("a name with the character %s is answered with 400 and nothing else", async (character) => {
    const reply = await consul.get(`/v1/health/service/a${character}?near=_agent`);
    expect([reply.status, reply.text]).toEqual([400, ""]);
  });

  test("names with slashes, spaces and other signs are read back when they are encoded", async () => {
    const name = `${newName()}/é ?;../%0a`;
    await consul.register({ service: name, id: "odd" });
    expect(await ids(name, "")).toEqual(["odd"]);
  });

  test("a connection above 200 of one client is told so before it asks anything", async () => {
    const sockets: Socket[] = [];
    const { port } = new URL(consul.address());
    const open = () => connect({ port: Number(port), host: "127.0.0.1" }).on("error", () => undefined);
    try {
      for (let count = 0; count < 200; count++) sockets.push(open());
      await Promise.all(sockets.map((socket) => until("a connection", () => !socket.connecting)));
      const last = open();
      sockets.push(last);
      expect(await text(last)).toBe(
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: 81\r\nConnection: close\r\n\r\nYour IP is issuing too many concurrent connections, please rate limit your calls\n",
      );
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await until("an answer after the others are gone", async () => (await consul.get("/v1/status/leader")).status === 200);
  });
}
