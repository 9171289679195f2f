import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHealth, parseHealth } from "../../src/consul/health.ts";
import { healthOf } from "../../src/model/instance.ts";
import { anInstance } from "../builders.ts";
import { anEntry } from "./examples.ts";

const first = (entry: unknown) => parseHealth([entry], "api")?.instances[0];

describe("parseHealth", () => {
  it("reads the fields that are used of an entry", () => {
    const entry = anEntry(
      {
        Tags: ["v1", "nginx"],
        Weights: { Passing: 5, Warning: 0 },
        TaggedAddresses: { lan_ipv4: { Address: "10.0.0.1", Port: 8080 } },
        Meta: { "nginx-weight": "5", version: "1" },
      },
      { Checks: [{ CheckID: "serfHealth", Name: "Serf", Status: "passing", Output: "Agent alive", ServiceID: "" }] },
    );
    expect(parseHealth([entry], "api")).toEqual({
      strangers: 0,
      instances: [
        anInstance({
          tags: ["v1", "nginx"],
          weights: { passing: 5, warning: 0 },
          taggedAddresses: { lan_ipv4: { address: "10.0.0.1", port: 8080 } },
          meta: { "nginx-weight": "5" },
          checks: [{ id: "serfHealth", name: "Serf", status: "passing", output: "Agent alive" }],
        }),
      ],
    });
  });

  it("counts those of another name, and of another case, as strangers", () => {
    const answer = parseHealth([anEntry({ Service: "API", ID: "x" }), anEntry(), anEntry({ Service: "api ", ID: "y" })], "api");
    expect(answer?.strangers).toBe(2);
    expect(answer?.instances.map(({ id }) => id)).toEqual(["api-1"]);
  });

  it("reads nulls and what is absent as empty, with Consul's weights", () => {
    const entry = {
      Node: { Node: "n" },
      Service: { Service: "api", Tags: null, Meta: null, TaggedAddresses: null, Weights: null },
      Checks: null,
    };
    expect(first(entry)).toEqual({
      datacenter: "",
      node: "n",
      id: "",
      service: "api",
      address: "",
      nodeAddress: "",
      taggedAddresses: {},
      port: 0,
      tags: [],
      meta: {},
      weights: { passing: 1, warning: 1 },
      checks: [],
    });
  });

  it.each([
    ["port", { Port: "80" }, 0],
    ["port", { Port: 80.5 }, 0],
    ["port", { Port: -1 }, -1],
    ["port", { Port: 1e9 }, 1e9],
    ["address", { Address: 7 }, ""],
    ["id", { ID: ["x"] }, ""],
  ] as const)("gives the %s of %j as a value that is refused for its instance alone", (field, service, value) => {
    expect(first(anEntry(service))?.[field]).toEqual(value);
  });

  it("keeps the tags that are text", () => expect(first(anEntry({ Tags: ["a", 1, null, "b"] }))?.tags).toEqual(["a", "b"]));

  it("counts a check that cannot be read as critical", () => {
    const instance = first(anEntry({}, { Checks: [null] }));
    expect(instance && healthOf(instance)).toBe("critical");
  });

  it("takes the reason of a maintenance from the notes", () => {
    const checks = [
      { CheckID: "_service_maintenance:api-1", Name: "Service Maintenance Mode", Status: "critical", Notes: "disk swap", Output: "" },
    ];
    expect(first(anEntry({}, { Checks: checks }))?.checks[0]?.output).toBe("disk swap");
  });

  it("keeps the first line of what a check printed, 200 characters of it, and no half of one", () => {
    const printed = (Output: string) => first(anEntry({}, { Checks: [{ CheckID: "c", Status: "passing", Output }] }))?.checks[0]?.output;
    expect(printed("one\r\ntwo")).toBe("one");
    expect(printed("x".repeat(300))).toBe("x".repeat(200));
    expect(printed(`${"x".repeat(199)}😀`)).toBe("x".repeat(199));
  });

  it.each([
    [null],
    [{}],
    ["<html>"],
    [[1]],
    [[null]],
    [[[]]],
    [[{ Node: {} }]],
    [[{ Node: {}, Service: "api" }]],
    [[anEntry(), { Service: {} }]],
  ])("takes %j for something else than an answer", (body) => expect(parseHealth(body, "api")).toBeNull());

  it("never shows the order in which Consul lists things", () => {
    const entries = ["b", "a", "c"].flatMap((node) => ["2", "1"].map((ID) => anEntry({ ID }, { Node: { Node: node, Datacenter: "dc1" } })));
    const expected = parseHealth(entries, "api");
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
        expect(parseHealth(shuffled, "api")).toEqual(expected);
      }),
    );
  });

  it("survives any JSON, and reads back what it wrote", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("__proto__", "constructor", "_node_maintenance", "nginx-weight"),
    );
    const value = fc.oneof(text, fc.integer(), fc.double(), fc.constant(null), fc.jsonValue());
    const record = (...keys: string[]) => fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
    const service = fc
      .record({
        ID: value,
        Port: value,
        Address: value,
        Tags: fc.oneof(value, fc.array(text)),
        Meta: fc.oneof(value, fc.dictionary(text, value)),
        Weights: fc.oneof(value, record("Passing", "Warning")),
        TaggedAddresses: fc.oneof(value, fc.dictionary(text, record("Address", "Port"))),
      })
      .map((fields) => ({ ...fields, Service: "api" }));
    const entry = fc.record({
      Node: record("Node", "Address", "Datacenter"),
      Service: service,
      Checks: fc.oneof(value, fc.array(record("CheckID", "Name", "Status", "Output", "Notes"))),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (body) => {
        const answer = parseHealth(JSON.parse(JSON.stringify(body)), "api");
        expect(answer?.instances).toHaveLength(body.length);
        const written = JSON.stringify(answer?.instances.map(formatHealth));
        expect(JSON.stringify(parseHealth(JSON.parse(written), "api"))).toBe(JSON.stringify(answer));
      }),
    );
  });
});
