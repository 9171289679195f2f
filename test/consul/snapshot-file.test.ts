import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSnapshot, parseSnapshot } from "../../src/consul/snapshot-file.ts";
import type { Instance } from "../../src/model/instance.ts";
import { type Snapshot, type Watch, watchKey } from "../../src/model/snapshot.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { anInstance, aWatch } from "../builders.ts";

function snapshotOf(...entries: readonly [Watch, readonly Instance[]][]): Snapshot {
  return { answers: new Map(entries.map(([watch, instances]) => [watchKey(watch), { kind: "believed", instances, strangers: 0 }])) };
}

function errorOf(action: () => unknown): UpstreamdError {
  try {
    action();
  } catch (error) {
    if (error instanceof UpstreamdError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const api = aWatch("api");
const full = anInstance({
  taggedAddresses: { wan: { address: "1.2.3.4", port: 80 } },
  tags: ["b", "a"],
  meta: { "nginx-weight": "3" },
  weights: { passing: 7, warning: 0 },
  checks: [
    { id: "_service_maintenance:api-1", name: "Service Maintenance Mode", status: "critical", output: "disk swap" },
    { id: "serfHealth", name: "Serf", status: "passing", output: "Agent alive" },
  ],
});

describe("formatSnapshot", () => {
  it("writes an entry a watch, nested as Consul's health endpoint gives it", () => {
    const document = JSON.parse(formatSnapshot(snapshotOf([api, [full]]), [api], "2026-01-01T00:00:00.000Z"));
    expect(document).toMatchObject({ version: 1, taken_at: "2026-01-01T00:00:00.000Z" });
    expect(document.services).toEqual([
      {
        service: "api",
        datacenter: "dc1",
        filter: null,
        instances: [
          {
            Node: { Node: "web-1", Address: "10.0.0.99", Datacenter: "dc1" },
            Service: expect.objectContaining({
              ID: "api-1",
              Service: "api",
              Port: 8080,
              Weights: { Passing: 7, Warning: 0 },
              Meta: { "nginx-weight": "3" },
            }),
            Checks: [
              { CheckID: "_service_maintenance:api-1", Name: "Service Maintenance Mode", Status: "critical", Notes: "disk swap" },
              { CheckID: "serfHealth", Name: "Serf", Status: "passing", Output: "Agent alive" },
            ],
          },
        ],
      },
    ]);
  });

  it("leaves a watch that failed out, so that reading it back names that watch", () => {
    const failed: Snapshot = { answers: new Map([[watchKey(api), { kind: "failed", disbelief: { state: "denied", reason: "no" } }]]) };
    const text = formatSnapshot(failed, [api], "");
    expect(errorOf(() => parseSnapshot(text, "s.json", [api])).message).toContain('lacks service "api"');
  });
});

describe("parseSnapshot", () => {
  it("gives back what was written", () => {
    const [a, b] = [
      aWatch("api", { filter: 'Service.Meta.env == "x"' }),
      aWatch("web", { datacenter: "dc2", namespace: "n", partition: "p" }),
    ];
    const snapshot = snapshotOf([a, [full]], [b, []]);
    expect(parseSnapshot(formatSnapshot(snapshot, [a, b], ""), "s.json", [a, b])).toEqual(snapshot);
  });

  it("writes the same bytes of what it read", () => {
    const name = fc.string();
    const instance = fc.record({
      id: name,
      node: name,
      address: name,
      port: fc.integer(),
      tags: fc.array(name),
      checks: fc.uniqueArray(fc.record({ id: name, name, status: name, output: fc.string({ maxLength: 20 }) }), {
        selector: ({ id }) => id,
      }),
    });
    fc.assert(
      fc.property(fc.array(instance.map(anInstance)), (instances) => {
        const written = formatSnapshot(snapshotOf([api, instances]), [api], "t");
        const again = formatSnapshot(parseSnapshot(written, "s.json", [api]), [api], "t");
        expect(formatSnapshot(parseSnapshot(again, "s.json", [api]), [api], "t")).toBe(again);
        const read = parseSnapshot(written, "s.json", [api]).answers.get(watchKey(api));
        expect(read?.kind === "believed" && read.instances.map(({ id }) => id).sort()).toEqual(instances.map(({ id }) => id).sort());
      }),
    );
  });

  it("tells the agent's own datacenter from one that is asked for by name", () => {
    const far = aWatch("api", { datacenter: "dc2" });
    const snapshot = snapshotOf([far, [anInstance({ datacenter: "dc2", id: "far" })]], [api, [anInstance({ id: "near" })]]);
    for (const order of [
      [far, api],
      [api, far],
    ]) {
      expect(parseSnapshot(formatSnapshot(snapshot, order, ""), "s.json", [api, far]).answers).toEqual(snapshot.answers);
    }
  });

  it.each([
    [aWatch("web"), 'service "web" without a filter'],
    [aWatch("api", { datacenter: "dc9" }), 'service "api" in datacenter "dc9"'],
    [aWatch("api", { filter: "x" }), 'with the filter "x"'],
  ])("names the watch %j that the file lacks", (watch, text) => {
    const error = errorOf(() => parseSnapshot(formatSnapshot(snapshotOf([api, [full]]), [api], ""), "dir/s.json", [watch]));
    expect(error.code).toBe("SNAPSHOT_INVALID");
    expect(error.message).toContain("dir/s.json lacks");
    expect(error.message).toContain(text);
  });

  it.each([
    ['{\n "version": 1,\n}', "s.json:3:1: this is not JSON"],
    ["[]", "a snapshot is an object"],
    ['{"version": 2, "services": []}', "version is 2"],
    ['{"services": []}', "version is missing"],
    ['{"version": 1, "services": {}}', "services is not a list"],
    ['{"version": 1, "services": [7]}', "services[0] is not an object"],
    ['{"version": 1, "services": [{}]}', "services[0].service is not a text"],
    ['{"version": 1, "services": [{"service": "api", "filter": 1}]}', "services[0].filter is neither"],
    ['{"version": 1, "services": [{"service": "api", "instances": [{}]}]}', "services[0].instances is not a list of objects"],
  ])("says what is wrong with %j", (text, message) => {
    const error = errorOf(() => parseSnapshot(text, "s.json", [api]));
    expect(error).toMatchObject({ code: "SNAPSHOT_INVALID", exit: 2 });
    expect(error.message).toContain(message);
  });
});
