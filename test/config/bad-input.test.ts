import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { METHODS } from "../../src/model/capabilities/methods.ts";
import { tempFolder } from "../support/tmp.ts";
import { errorOf, faultsOf, load, worldOf } from "./loading.ts";

const RELOAD = "signal, none, or a command as a list of texts";
const OK = "upstreams: { api: {} }\n";

describe("a bad configuration file", () => {
  it.each([
    ["an unknown key", `consul:\n  adress: x\n${OK}`, 'c.yaml:2:3: consul.adress: unknown key "adress". Did you mean "address"?'],
    ["an unknown section", `${OK}saftey: {}\n`, 'c.yaml:2:1: saftey: unknown key "saftey". Did you mean "safety"?'],
    ["an unknown key like no other", `${OK}zzzzzz: 1\n`, 'c.yaml:2:1: zzzzzz: unknown key "zzzzzz".'],
    [
      "a misspelt directive",
      "upstreams:\n  api:\n    keepalives: 3\n",
      'c.yaml:3:5: upstreams.api.keepalives: unknown key "keepalives". Did you mean "keepalive"?',
    ],
    [
      "a wrong type",
      "upstreams:\n  api:\n    max_fails: three\n",
      'c.yaml:3:16: upstreams.api.max_fails: found "three", expected a whole number from 0 to 2147483647.',
    ],
    ["a section that is a list", `${OK}apply: [1]\n`, "c.yaml:2:8: apply: found a list, expected a mapping of keys to values."],
    [
      "an upstream that is a text",
      "upstreams:\n  api: yes please\n",
      "c.yaml:2:8: upstreams.api: found a text, expected a mapping of keys to values.",
    ],
    [
      "upstreams that are a list",
      "upstreams:\n  - api\n",
      "c.yaml:2:3: upstreams: found a list, expected a mapping of names to settings, such as { api: {} }.",
    ],
    [
      "a bad duration",
      `${OK}safety: { window: 3 weeks }\n`,
      'c.yaml:2:19: safety.window: found "3 weeks", expected a duration such as 250ms, 2s, 5m or 1h, from 0s to 1h.',
    ],
    [
      "a duration without a unit",
      `${OK}safety: { window: 5 }\n`,
      "c.yaml:2:19: safety.window: found 5, expected a duration such as 250ms, 2s, 5m or 1h, from 0s to 1h.",
    ],
    [
      "a misspelt word",
      "defaults: { protocol: strem }\nupstreams: { api: {} }\n",
      'c.yaml:1:23: defaults.protocol: found "strem", expected one of http, stream. Did you mean "stream"?',
    ],
    [
      "a misspelt word where a list may stand",
      `nginx: { reload: sginal }\n${OK}`,
      `c.yaml:1:18: nginx.reload: found "sginal", expected ${RELOAD}. Did you mean "signal"?`,
    ],
    [
      "a misspelt word where a mapping may stand",
      `defaults: { address: nod }\n${OK}`,
      'c.yaml:1:22: defaults.address: found "nod", expected service, node, or { tagged: NAME }. Did you mean "node"?',
    ],
    [
      "a fail_timeout of half a second",
      "upstreams:\n  api: { fail_timeout: 500ms }\n",
      'c.yaml:2:24: upstreams.api.fail_timeout: found "500ms", expected whole seconds such as 10s or 1m, because Nginx takes no fraction of one here.',
    ],
    [
      "a zone that Nginx finds too small",
      "upstreams: { api: { zone: 16k } }\n",
      'c.yaml:1:27: upstreams.api.zone: found "16k", expected auto, or a size of 32k or more such as 64k or 1m, or false.',
    ],
    [
      "a keepalive below 0",
      "upstreams: { api: { keepalive: -1 } }\n",
      "c.yaml:1:32: upstreams.api.keepalive: found -1, expected a whole number from 0 to 65535, 32 local, or false.",
    ],
    [
      "a weight of 0",
      "upstreams: { api: { weight: 0 } }\n",
      "c.yaml:1:29: upstreams.api.weight: found 0, expected consul, or a whole number from 1 to 65535.",
    ],
    [
      "a key twice",
      "upstreams:\n  api: {}\n  api: {}\n",
      'c.yaml:3:3: found the key "api" a second time, expected each key once. Remove one of the two.',
    ],
    [
      "a misspelt algorithm",
      "upstreams: { api: { algorithm: least_con } }\n",
      `c.yaml:1:32: upstreams.api.algorithm: algorithm least_con: no version of open source Nginx has it; use one of ${Object.keys(METHODS).join(", ")}. Did you mean "least_conn"?`,
    ],
    [
      "a hash key without a variable",
      "upstreams: { api: { algorithm: { hash: uri } } }\n",
      'c.yaml:1:32: upstreams.api.algorithm: algorithm hash: "uri": a key without a variable sends every request to one server; use a key such as $request_uri or $remote_addr.',
    ],
    [
      "a path in Consul's address",
      `${OK}consul: { address: "http://x:8500/v1" }\n`,
      'c.yaml:2:20: consul.address: found "http://x:8500/v1", expected an address such as http://127.0.0.1:8500.',
    ],
    [
      "a remote admin address",
      `${OK}admin: { listen: "10.0.0.1:9150" }\n`,
      "c.yaml:2:18: admin.listen: 10.0.0.1 is an address that other machines reach. Use 127.0.0.1, or add allow_remote: true.",
    ],
    [
      "an address choice that is none",
      "upstreams: { api: { address: { tag: wan } } }\n",
      "c.yaml:1:30: upstreams.api.address: found a mapping, expected service, node, or { tagged: NAME }.",
    ],
    ["no upstreams at all", "apply: {}\n", "c.yaml:1:1: upstreams: found nothing, expected at least one upstream, such as { api: {} }."],
    [
      "a number as a key",
      "upstreams:\n  8080: { max_conns: -1 }\n",
      "c.yaml:2:22: upstreams.8080.max_conns: found -1, expected a whole number from 0 to 2147483647.",
    ],
    ["an empty reload command", `${OK}nginx: { reload: [] }\n`, `c.yaml:2:18: nginx.reload: found an empty list, expected ${RELOAD}.`],
    ["an empty word in a reload command", `${OK}nginx: { reload: [""] }\n`, 'c.yaml:2:19: nginx.reload.0: found "", expected a text.'],
    [
      "an empty datacenter",
      `${OK}defaults: { datacenter: "" }\n`,
      'c.yaml:2:25: defaults.datacenter: found "", expected the name of a datacenter.',
    ],
    [
      "an empty tagged address",
      `${OK}defaults: { address: { tagged: "" } }\n`,
      'c.yaml:2:32: defaults.address.tagged: found "", expected service, node, or { tagged: NAME }.',
    ],
    [
      "an escape sequence for terminals in a key",
      `${OK}"\\e[31m\\nx": 1\n`,
      'c.yaml:2:1: "\\u001b[31m\\nx": unknown key "\\u001b[31m\\nx".',
    ],
    [
      "marks that turn the direction of writing in a value",
      `${OK}nginx: { verify: "\u202eevil\u0085" }\n`,
      'c.yaml:2:18: nginx.verify: found "\\u{202e}evil\\u{85}", expected workers or none.',
    ],
    [
      "__proto__ as a name",
      "upstreams:\n  __proto__: {}\n  api: {}\n",
      'c.yaml:2:3: found the key "__proto__", which no mapping may have.',
    ],
    [
      "a fault in what an alias stands for",
      "defaults: &d { weight: 0 }\nupstreams: { api: *d }\n",
      "c.yaml:1:24: defaults.weight: found 0, expected consul, or a whole number from 1 to 65535.",
    ],
  ])("with %s says where, what was found and what was expected", async (_, text, line) => {
    expect(await faultsOf(text)).toContain(line);
  });

  it.each([
    ["an open list", "upstreams: [\n", /^c\.yaml:2:1: this is not YAML: /],
    ["an open quote", 'upstreams: "api\n', /^c\.yaml:2:1: this is not YAML: Missing closing "quote\.$/],
    ["a tab as indent", "upstreams:\n\tapi: {}\n", /^c\.yaml:2:1: this is not YAML: Tabs are not allowed as indentation\.$/],
    ["an unknown tag", "upstreams: !env X\n", /^c\.yaml:1:12: this is not YAML: a tag/],
    ["an unknown alias", "upstreams: *nobody\n", /^c\.yaml:1:1: .*alias/],
    ["two documents", "upstreams: { api: {} }\n---\nupstreams: {}\n", /^c\.yaml:2:1: found a second document \(---\), expected one\.$/],
    ["a list as a key", "upstreams:\n  ? [a, b]\n  : {}\n", /^c\.yaml:2:5: found a list as a key, expected one word\.$/],
    ["a mapping as a key", "upstreams: { { a: b }: {} }\n", /^c\.yaml:1:14: found a mapping as a key, expected one word\.$/],
    ["an alias as a key", "state_dir: &a api\nupstreams: { *a : {} }\n", /^c\.yaml:2:14: found an alias as a key, expected one word\.$/],
  ])("with %s is refused as YAML, with file, line and column", async (_, text, line) => {
    expect((await faultsOf(text))[0]).toMatch(line);
  });

  it.each(["", "\n\n", "# nothing yet\n", "---\n"])("that is as good as empty (%j) says so", async (text) => {
    const error = await errorOf(load(text));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain("c.yaml:1:1: found nothing, expected a mapping with upstreams.");
    expect(error.hint).toContain("upstreams: { api: {} }");
  });

  it.each([
    ["latin-1", Buffer.from("upstreams:\n  api: { service: caf\xe9 }\n", "latin1"), "c.yaml:2:22"],
    ["UTF-16", Buffer.from("\ufeffupstreams: {}\n", "utf16le"), "c.yaml:1:1"],
    ["a character that is cut off at the end", Buffer.from("upstreams: {} # \xe2\x82", "latin1"), "c.yaml:1:17"],
  ])("that is not UTF-8 but %s is refused where that begins", async (_, bytes, place) => {
    expect(await faultsOf(bytes)).toEqual([`${place}: this is not UTF-8. Save the file in that encoding.`]);
  });

  it("may begin with a byte order mark", async () => {
    expect((await load(`\ufeff${OK}`)).settings.upstreams[0]?.writtenAt).toBe("c.yaml:1:14");
  });

  it("has no more than 40 faults listed, and the others counted", async () => {
    const lines = await faultsOf(`${OK}defaults:\n${Array.from({ length: 100 }, (_, i) => `  key${i}: 1\n`).join("")}`);
    expect(lines).toHaveLength(41);
    expect(lines[40]).toBe("... and 60 more.");
    const faults = await faultsOf(`upstreams:\n${"  a: {}\n".repeat(100)}`);
    expect(faults).toHaveLength(41);
  });

  it.each([
    ["a key", `${OK}${"k".repeat(100_000)}: 1\n`],
    ["a name", `upstreams: { "${"n".repeat(100_000)}": { weight: 0 } }\n`],
    ["a word", `${OK}nginx: { verify: ${"v".repeat(100_000)} }\n`],
    ["an algorithm", `defaults: { algorithm: ${"a".repeat(100_000)} }\n${OK}`],
    ["a hash key", `defaults: { algorithm: { hash: ${"a".repeat(100_000)} } }\n${OK}`],
    ["a path", `output: { http: "/${"p".repeat(100_000)}", stream: "/${"p".repeat(100_000)}" }\n${OK}`],
    ["a host", `admin: { listen: "${"h".repeat(100_000)}:80" }\n${OK}`],
  ])("has %s of any length cut in what is said of it", async (_, text) => {
    for (const line of await faultsOf(text)) expect(line.length).toBeLessThan(1_000);
  });

  it("has all its faults listed, in the order of the file", async () => {
    const lines = await faultsOf("upstreams:\n  api:\n    weight: 0\n    zon: 64k\n    ramp: 30s\nsafety: { max_drop: 2 }\n");
    expect(lines.map((line) => line.split(": ")[0])).toEqual(["c.yaml:3:13", "c.yaml:4:5", "c.yaml:5:5", "c.yaml:6:21"]);
  });

  it.each([
    ["discover", "discover: [{ tag: nginx }]\n", 'discover: "discover"'],
    ["consul.ca_file", "consul: { ca_file: x }\n", 'consul.ca_file: "ca_file"'],
    ["consul.verify", "consul: { verify: false }\n", 'consul.verify: "verify"'],
    ["an https address", "consul: { address: https://x }\n", "consul.address: an https:// address"],
    ["a unix address", "consul: { address: unix:///x }\n", "consul.address: a unix:// address"],
    ["admin.group", "admin: { group: x }\n", 'admin.group: "group"'],
    ["ramp", "defaults: { ramp: 30s }\n", 'defaults.ramp: "ramp"'],
    ["a list of datacenters", "defaults: { datacenter: [a, b] }\n", "defaults.datacenter: a list of datacenters"],
    ["nginx.verify by stamp", "nginx: { verify: { stamp: http://x } }\n", "nginx.verify: verification by a stamp"],
  ])("that asks for %s is refused, because it is not built yet", async (_, text, what) => {
    const [line] = await faultsOf(`${OK}${text}`);
    expect(line).toMatch(/^c\.yaml:2:\d+: /);
    expect(line).toContain(`${what} is not built yet in this version; remove it`);
  });
});

describe("a configuration that is not there", () => {
  it("is CONFIG_MISSING with its name when it was asked for", async () => {
    const error = await errorOf(loadConfiguration({ path: "nope.yaml", overrides: NO_OVERRIDES, environment: worldOf({}) }));
    expect(error).toMatchObject({ code: "CONFIG_MISSING", exit: 2 });
    expect(error.message).toContain("nope.yaml");
  });

  it("is CONFIG_MISSING with a way to start when nobody named one", async () => {
    const error = await errorOf(loadConfiguration({ path: null, overrides: NO_OVERRIDES, environment: worldOf({}) }));
    expect(error).toMatchObject({ code: "CONFIG_MISSING", exit: 2 });
    expect(error.message).toContain("./upstreamd.yaml");
    expect(error.hint).toContain("upstreamd render --service api");
  });

  it("is CONFIG_MISSING when it is a folder", async () => {
    const error = await errorOf(loadConfiguration({ path: tempFolder("folder"), overrides: NO_OVERRIDES, environment: worldOf({}) }));
    expect(error.code).toBe("CONFIG_MISSING");
  });

  it("is ./upstreamd.yaml when that is there and nobody named one", async () => {
    const environment = worldOf({ "upstreamd.yaml": OK });
    const { path } = await loadConfiguration({ path: null, overrides: NO_OVERRIDES, environment });
    expect(path).toBe(`${environment.cwd}/upstreamd.yaml`);
  });
});
