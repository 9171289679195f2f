import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badName } from "../../src/config/checks.ts";
import { faultsOf, load } from "./loading.ts";

describe("crossChecks", () => {
  it.each([
    ["a space", '"a b"'],
    ["a leading dot", ".a"],
    ["nothing in it", '""'],
    ["a semicolon", '"a;b"'],
    ["129 characters", "a".repeat(129)],
  ])("refuses a name with %s", async (_, name) => {
    expect((await faultsOf(`upstreams:\n  ${name}: {}\n`))[0]).toMatch(
      /^c\.yaml:2:3: upstreams\..*found the name .*expected a name of letters/,
    );
  });

  it("accepts names of 128 characters with dots, dashes and underscores", async () => {
    const name = `a.b-c_${"d".repeat(122)}`;
    expect((await load(`upstreams: { ${name}: {} }`)).settings.upstreams[0]?.name).toBe(name);
  });

  it("refuses two names that differ in case alone within one protocol, and names both", async () => {
    expect(await faultsOf("upstreams:\n  api: {}\n  API: {}\n")).toEqual([
      "c.yaml:3:3: upstreams.API: API and api are one name to Nginx, which does not look at case, and both are http. Rename one.",
    ]);
  });

  it("accepts such names in different protocols", async () => {
    const { settings } = await load("output: { stream: /s }\nupstreams: { api: {}, API: { protocol: stream } }");
    expect(settings.upstreams).toHaveLength(2);
  });

  it("refuses a stream upstream without a file for it", async () => {
    const lines = await faultsOf("output: {}\nupstreams: { pg: { protocol: stream } }");
    expect(lines).toEqual([
      "c.yaml:1:9: output.stream: found nothing, expected a path, because upstream pg is stream. Name a file that nginx.conf includes inside stream { }.",
    ]);
  });

  it("refuses one file for both protocols, however it is written", async () => {
    const lines = await faultsOf("output: { http: /etc/x.conf, stream: /etc/y/../x.conf }\nupstreams: { api: {} }");
    expect(lines).toEqual(["c.yaml:1:38: output.stream: /etc/x.conf is the file for http as well. Name another one for stream."]);
  });

  it("refuses more watches than connections, and counts a shared watch once", async () => {
    const upstreams = "upstreams: { a: {}, b: {}, c: { service: a }, d: {} }";
    expect((await load(`consul: { connections: 3 }\n${upstreams}`)).settings.upstreams).toHaveLength(4);
    expect((await faultsOf(`consul: { connections: 2 }\n${upstreams}`))[0]).toMatch(
      /^c\.yaml:1:24: consul\.connections: the upstreams need 3 watches and consul\.connections is 2; .* not built yet/,
    );
  });

  it("names no file for a protocol that no upstream uses", async () => {
    const { settings } = await load("output: { stream: /s }\nupstreams: { pg: { protocol: stream } }");
    expect(settings.outputs).toEqual({ http: null, stream: "/s" });
  });

  it.each(["127.0.0.1:9150", '"[::1]:9150"', "localhost:9150"])("lets admin listen at %s", async (listen) => {
    expect((await load(`admin: { listen: ${listen} }\nupstreams: { api: {} }`)).admin.listen?.port).toBe(9150);
  });

  it.each(["0.0.0.0:9150", '"[::]:9150"', "127.0.0.1.example.com:9150"])(
    "lets admin listen at %s only with allow_remote",
    async (listen) => {
      const text = (remote: boolean) => `admin: { listen: ${listen}, allow_remote: ${remote} }\nupstreams: { api: {} }`;
      expect((await faultsOf(text(false)))[0]).toContain("allow_remote: true");
      expect((await load(text(true))).admin.listen?.port).toBe(9150);
    },
  );

  it.each(["9150", '":9150"', "127.0.0.1", "127.0.0.1:99999", '"a b:1"'])("refuses admin.listen %s", async (listen) => {
    expect((await faultsOf(`admin: { listen: ${listen} }\nupstreams: { api: {} }`))[0]).toContain("expected an address and a port");
  });
});

const isUpstreamName = (name: string) => badName(name) === null;

describe("badName", () => {
  it("accepts nothing that Nginx would split, quote or expand", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        (name) => (!isUpstreamName(name) || /^[\w.-]+$/.test(name)) && !isUpstreamName(`a${name};`) && !isUpstreamName(`a ${name}`),
      ),
    );
  });

  it("refuses a name with a line break at its end", () => {
    expect(isUpstreamName("api\n")).toBe(false);
  });
});
