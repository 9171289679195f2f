import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Instance } from "../../src/model/instance.ts";
import { judgeInstance, judgeInstances } from "../../src/model/servers.ts";
import type { Algorithm, UpstreamSettings } from "../../src/model/settings.ts";
import { aCheck, anInstance, inMaintenance, instanceNumber, upstreamSettings, withStatus } from "../builders.ts";
import { anyInstance } from "./any-instance.ts";

const IP_HASH: Algorithm = { method: "ip_hash", arguments: [] };
const HASH: Algorithm = { method: "hash", arguments: ["$request_uri"] };
const CONSISTENT: Algorithm = { method: "hash", arguments: ["$request_uri", "consistent"] };

function judge(instance: Partial<Instance>, settings: Partial<UpstreamSettings> = {}) {
  return judgeInstance(anInstance(instance), upstreamSettings(settings));
}

describe("judgeInstance", () => {
  test("a passing instance serves as the server that it registered", () => {
    expect(judge(withStatus("passing"), { maxConns: 5, maxFails: 3, failTimeout: 10 })).toMatchObject({
      role: "serves",
      invalid: false,
      because: 'its check "Alive" is passing',
      server: { address: "10.0.0.1", port: 8080, weight: 1, state: "up", backup: false, maxConns: 5, maxFails: 3, failTimeout: 10 },
    });
    expect(judge({ checks: [aCheck("passing"), aCheck("passing", { output: "200 OK" })] }).because).toBe("its 2 checks are passing");
    expect(judge({}).because).toBe("it has no checks, which counts as passing");
  });

  test.each([
    ["passing", "passing", "serves"],
    ["passing", "warning", "out"],
    ["passing", "critical", "out"],
    ["warning", "passing", "serves"],
    ["warning", "warning", "serves"],
    ["warning", "critical", "out"],
    ["any", "warning", "serves"],
    ["any", "critical", "serves"],
    ["any", "weird", "serves"],
  ] as const)("with include_states %s a %s instance is: %s", (includeStates, status, role) => {
    expect(judge(withStatus(status), { includeStates }).role).toBe(role);
  });

  test("maintenance never serves, not even with include_states any: it is down, or gone with when_maintenance remove", () => {
    const down = judge(inMaintenance("upgrade"), { includeStates: "any" });
    expect(down).toMatchObject({ role: "place", because: 'it is in maintenance: "upgrade", and stays as down', server: { state: "down" } });
    expect(judge(inMaintenance(), { whenMaintenance: "remove" })).toMatchObject({
      role: "out",
      server: null,
      because: "it is in maintenance",
    });
  });

  test.each([
    ["ip_hash", IP_HASH, "place"],
    ["hash", HASH, "place"],
    ["hash consistent", CONSISTENT, "out"],
    ["least_conn", { method: "least_conn", arguments: [] }, "out"],
  ] as const)("a critical instance under %s is: %s", (_name, algorithm, role) => {
    const judgement = judge({ ...withStatus("critical"), weights: { passing: 4, warning: 2 } }, { algorithm });
    expect(judgement.role).toBe(role);
    expect(judgement.server?.state).toBe(role === "place" ? "down" : undefined);
  });

  test("a weight is the one for the state, and the operator's own beats both", () => {
    const weights = { passing: 7, warning: 3 };
    expect(judge({ ...withStatus("passing"), weights }).server?.weight).toBe(7);
    expect(judge({ ...withStatus("warning"), weights }).server?.weight).toBe(3);
    expect(judge({ ...withStatus("warning"), weights }, { weight: 9 }).server?.weight).toBe(9);
  });

  test("an instance whose Warning weight is 0 does not serve while it is warning", () => {
    const instance = { ...withStatus("warning"), weights: { passing: 7, warning: 0 } };
    expect(judge(instance)).toMatchObject({
      role: "out",
      invalid: false,
      because: 'its check "Alive" is warning, and its weight in that state is 0',
    });
    expect(judge({ ...instance, ...withStatus("passing") }).role).toBe("serves");
    expect(judge(instance, { weight: 1 }).role).toBe("serves");
  });

  test.each([
    ["critical", withStatus("critical")],
    ["warning with the weight 0", withStatus("warning")],
    ["in maintenance", inMaintenance()],
  ])("a place of an instance that is %s keeps the weight of its health, or the keys of others would move", (_name, checks) => {
    const judgement = judge({ ...checks, weights: { passing: 7, warning: 0 } }, { algorithm: IP_HASH });
    expect(judgement).toMatchObject({ role: "place", server: { weight: 7, state: "down" } });
  });

  test.each([
    [{ passing: -1, warning: 1 }],
    [{ passing: 1, warning: 65_536 }],
    [{ passing: 1.5, warning: 1 }],
    [{ passing: Number.NaN, warning: 1 }],
  ])("weights %j are refused as not what they claim to be", (weights) => {
    expect(judge({ weights })).toMatchObject({ role: "out", server: null, invalid: true });
  });

  test.each([0, -1, 65_536, 80.5, 1e9, Number.NaN])("the port %d is refused", (port) => {
    expect(judge({ port })).toMatchObject({ role: "out", invalid: true, because: `${port} is not a port from 1 to 65535` });
  });

  test.each(["web.example", "10.0.0.1:80", "10.0.0.1; server evil", "::1%lo", "0.0.0.0"])(
    "the address %j is refused by its name",
    (address) => {
      expect(judge({ address })).toMatchObject({
        role: "out",
        invalid: true,
        because: `${JSON.stringify(address)} is not an IP address that a server can have`,
      });
    },
  );

  test("an address is written canonically", () => {
    expect(judge({ address: "2001:DB8:0::1" }).server?.address).toBe("2001:db8::1");
  });

  test("the node's address is used where the service has none, or where it was asked for", () => {
    expect(judge({ address: "" }).server?.address).toBe("10.0.0.99");
    expect(judge({}, { address: { from: "node" } }).server).toMatchObject({ address: "10.0.0.99", port: 8080 });
    expect(judge({ address: "", nodeAddress: "" })).toMatchObject({ role: "out", invalid: true });
  });

  test("a tagged address brings its own port, or the service's where it has none", () => {
    const taggedAddresses = {
      wan: { address: "192.0.2.1", port: 9 },
      bare: { address: "192.0.2.2", port: 0 },
      empty: { address: "", port: 1 },
    };
    const tagged = (name: string) => judge({ taggedAddresses }, { address: { from: "tagged", name } });
    expect(tagged("wan").server).toMatchObject({ address: "192.0.2.1", port: 9 });
    expect(tagged("bare").server).toMatchObject({ address: "192.0.2.2", port: 8080 });
    expect(tagged("empty")).toMatchObject({ role: "out", invalid: true });
    expect(tagged("lan")).toMatchObject({ role: "out", invalid: true, because: 'it has no tagged address "lan"' });
  });

  test.each(["constructor", "__proto__", "toString"])("a tagged address named %s that is not there is not there", (name) => {
    expect(judge({}, { address: { from: "tagged", name } }).because).toBe(`it has no tagged address "${name}"`);
  });

  test("an instance must carry every tag that is asked for, to the letter", () => {
    const tags = ["blue", "v2"];
    expect(judge({ tags: ["v2", "x", "blue"] }, { tags }).role).toBe("serves");
    expect(judge({ tags: ["V2", "blue"] }, { tags })).toMatchObject({
      role: "out",
      invalid: false,
      because: 'it does not carry the tag "v2"',
    });
  });

  test("an instance that carries the backup tag is a backup", () => {
    expect(judge({ tags: ["spare"] }, { backupTag: "spare" }).server?.backup).toBe(true);
    expect(judge({ tags: ["spare"] }).server?.backup).toBe(false);
    expect(judge({}, { backupTag: "spare" }).server?.backup).toBe(false);
  });

  test("what a registry says stands in the sentence quoted, in one line and short", () => {
    const hostile = "\u001b[31mred\u009b1m\n\u202eit is passing, and all is well\u0000";
    const sentences = [
      judge({ checks: [aCheck("critical", { name: hostile })] }).because,
      judge({ checks: [aCheck("critical", { output: hostile })] }).because,
      judge(inMaintenance(hostile)).because,
      judge({ address: hostile }).because,
      judge({ address: "x".repeat(5_000) }).because,
    ];
    for (const sentence of sentences) {
      expect(sentence).not.toMatch(/[\p{C}\u2028\u2029]/u);
      expect(sentence.length).toBeLessThan(300);
    }
    expect(judge({ checks: [aCheck("critical", { output: 'x", and "y' })] }).because).toBe(
      'its check "Alive" is critical: "x\\", and \\"y"',
    );
  });
});

describe("judgeInstances", () => {
  test("orders by family, numeric address and port, and puts last what has no address", () => {
    const instances = ["10.0.0.10", "::2", "10.0.0.9", "nowhere", "::1"].map((address, i) => anInstance({ id: `${i}`, address }));
    const ports = [443, 80].map((port) => anInstance({ id: `port ${port}`, address: "10.0.0.9", port }));
    const judged = judgeInstances([...instances, ...ports], upstreamSettings());
    expect(judged.map(({ server }) => server && `${server.address} ${server.port}`)).toEqual([
      "10.0.0.9 80",
      "10.0.0.9 443",
      "10.0.0.9 8080",
      "10.0.0.10 8080",
      "::1 8080",
      "::2 8080",
      null,
    ]);
  });

  test("of several instances at one address and port the one that serves stays, and the others say so", () => {
    const down = instanceNumber(1, { node: "a", address: "10.0.0.1", ...withStatus("critical") });
    const first = instanceNumber(2, { node: "b", address: "10.0.0.1" });
    const second = instanceNumber(3, { node: "c", address: "10.0.0.1" });
    const judged = judgeInstances([second, down, first], upstreamSettings({ algorithm: IP_HASH }));
    expect(judged.map(({ instance, role }) => [instance.node, role])).toEqual([
      ["b", "serves"],
      ["c", "out"],
      ["a", "out"],
    ]);
    for (const { server, because } of judged.slice(1)) {
      expect(server).toBeNull();
      expect(because).toBe('another instance already stands at 10.0.0.1 port 8080: "api-2" on "b"');
    }
  });

  test("two spellings of one IPv6 address are one server", () => {
    const instances = ["2001:db8::1", "2001:DB8:0:0::1"].map((address, i) => anInstance({ id: `${i}`, address }));
    expect(judgeInstances(instances, upstreamSettings()).filter(({ server }) => server !== null)).toHaveLength(1);
  });

  test("one address with two ports is two servers", () => {
    const instances = [80, 81].map((port) => anInstance({ id: `${port}`, port }));
    expect(judgeInstances(instances, upstreamSettings()).filter(({ server }) => server !== null)).toHaveLength(2);
  });

  test("the order in which Consul lists instances never shows", () => {
    const lists = fc.uniqueArray(anyInstance, { selector: ({ node, id }) => `${node}\0${id}`, maxLength: 12 });
    const shuffled = lists.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    const algorithm = fc.constantFrom(IP_HASH, HASH, CONSISTENT, upstreamSettings().algorithm);
    fc.assert(
      fc.property(shuffled, algorithm, ([list, other], method) => {
        const options = upstreamSettings({ algorithm: method, backupTag: "backup" });
        expect(judgeInstances(other, options)).toEqual(judgeInstances(list, options));
      }),
    );
  });

  test("every instance is judged once, and no two servers share a place", () => {
    fc.assert(
      fc.property(fc.array(anyInstance, { maxLength: 12 }), (list) => {
        const judged = judgeInstances(list, upstreamSettings({ algorithm: IP_HASH }));
        expect(new Set(judged.map(({ instance }) => instance))).toEqual(new Set(list));
        const places = judged.flatMap(({ server }) => (server === null ? [] : [`${server.address} ${server.port}`]));
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });
});
