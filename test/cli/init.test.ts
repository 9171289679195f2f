import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { chooseEntries, TOO_MANY } from "../../src/cli/init/choose-entries.ts";
import { chooseOutput } from "../../src/cli/init/choose-output.ts";
import { draft } from "../../src/cli/init/draft.ts";
import type { Found } from "../../src/cli/init/found.ts";
import { main } from "../../src/cli/main.ts";
import type { IncludeLine, Surroundings } from "../../src/model/surroundings/surroundings.ts";
import { load } from "../config/loading.ts";
import { tempFolder } from "../support/tmp.ts";
import { ioOf } from "./frame.ts";

const CONFIG = "/etc/nginx/nginx.conf";
const EVERYTHING = { exists: () => true, list: () => [] };

function including(...lines: readonly (readonly [block: string, pattern: string])[]): Surroundings {
  const includes = lines.map(([block, pattern], i): IncludeLine => ({ pattern, file: CONFIG, line: i + 1, inside: block.split(" ") }));
  return { config: CONFIG, directives: [], includes, inclusions: [], gaps: [] };
}

function found(change: Partial<Found> = {}): Found {
  return {
    schema: "docs/config.schema.json",
    consul: { address: "http://127.0.0.1:8500", datacenter: null, namespace: null, partition: null, tokenFile: null, remarks: [] },
    nginx: { version: "1.22.1", binary: null, config: null, prefix: null, pidFile: null, remark: null },
    outputs: {
      http: { path: "/etc/nginx/conf.d/upstreamd.conf", because: "It is there.", add: null },
      stream: { path: "/etc/nginx/s.conf", because: "It is not there:", add: "stream { include x; }" },
    },
    stateDir: null,
    methods: ["round_robin"],
    entries: [],
    unfit: 0,
    ...change,
  };
}

describe("chooseOutput", () => {
  it("takes the folder of *.conf that is included in the very block", () => {
    const around = including(
      ["", "/m/*.conf"],
      ["http", "/e/sites/*"],
      ["http", "/e/conf.d/*.conf"],
      ["http server", "/e/s/*.conf"],
      ["stream", "/e/st/*.conf"],
    );
    expect(chooseOutput("http", around, EVERYTHING)).toEqual({
      path: "/e/conf.d/upstreamd.conf",
      because: "/etc/nginx/nginx.conf:3 includes /e/conf.d/*.conf inside http { }.",
      add: null,
    });
    expect(chooseOutput("stream", around, EVERYTHING).path).toBe("/e/st/upstreamd.conf");
    expect(chooseOutput("http", including(["http", "/e/sites/*"]), EVERYTHING).path).toBe("/e/sites/upstreamd.conf");
  });

  it("takes a file of ours that is included by its very name before all others, then the folder of the usual name", () => {
    const folders = including(["http", "/e/sites/*.conf"], ["http", "/e/conf.d/*"], ["stream", "/e/t/*.conf"], ["stream", "/e/stream.d/*"]);
    expect(chooseOutput("http", folders, EVERYTHING).path).toBe("/e/conf.d/upstreamd.conf");
    expect(chooseOutput("stream", folders, EVERYTHING).path).toBe("/e/stream.d/upstreamd.conf");
    const named = including(["http", "/e/conf.d/*.conf"], ["http", "/srv/upstreamd.conf"]);
    expect(chooseOutput("http", named, EVERYTHING)).toMatchObject({ path: "/srv/upstreamd.conf", add: null });
  });

  it("never gives stream the file of http", () => {
    const both = including(["http", "/e/conf.d/*.conf"], ["stream", "/e/conf.d/*.conf"]);
    expect(chooseOutput("stream", both, EVERYTHING, "/e/conf.d/upstreamd.conf")).toMatchObject({
      path: "/etc/nginx/upstreamd-stream.conf",
      add: expect.stringContaining("include /etc/nginx/upstreamd-stream.conf;"),
    });
  });

  it.each([
    ["is not there", including(["http", "/gone/*.conf"]), { ...EVERYTHING, exists: () => false }],
    ["would not match our file", including(["http", "/e/[0-9]*.conf"]), EVERYTHING],
    ["is one file", including(["http", "/e/mime.types"]), EVERYTHING],
    ["is in many folders", including(["http", "/e/*/x*.conf"]), EVERYTHING],
  ])("where what is included %s, names a file beside the main one and what to add", (_, around, disk) => {
    expect(chooseOutput("http", around, disk)).toMatchObject({
      path: "/etc/nginx/upstreamd.conf",
      add: "http { include /etc/nginx/upstreamd.conf; }",
    });
    const directives = [{ name: "stream", arguments: [], file: CONFIG, line: 1, block: [] }];
    expect(chooseOutput("stream", { ...around, directives }, disk)).toMatchObject({
      because:
        "/etc/nginx/nginx.conf includes no folder inside stream { }: what is generated is used once this is added inside stream { }:",
      add: "include /etc/nginx/upstreamd-stream.conf;",
    });
  });
});

describe("chooseEntries", () => {
  it("makes an upstream of each service, but Consul itself and what no upstream can be named after", () => {
    expect(chooseEntries(["api", "a b", "consul", "web", "x;}"], [])).toEqual({
      entries: [
        { name: "api", off: null },
        { name: "web", off: null },
      ],
      unfit: 2,
    });
  });

  it.each([
    ["API", "your own configuration has it at /etc/nginx/conf.d/old.conf:3; remove it there to hand it over"],
    ["WEB", "to Nginx, which does not look at case, this is web"],
    ["shop.example", "an upstream of this name would catch whatever is proxied to the host of that name"],
    ["localhost", "an upstream of this name would catch whatever is proxied to the host of that name"],
    ["web-sidecar-proxy", "a proxy of Consul's own mesh"],
  ])("comments %s out, and says why", (name, off) => {
    const defined = [{ name: "api", protocol: "http", file: "/etc/nginx/conf.d/old.conf", line: 3 }] as const;
    expect(chooseEntries(["web", name], defined).entries[1]).toEqual({ name, off });
  });

  it("comments all out where they are many", () => {
    const names = Array.from({ length: 31 }, (_, n) => `s${n}`);
    expect(chooseEntries(names, []).entries.filter(({ off }) => off === TOO_MANY)).toHaveLength(31);
    expect(chooseEntries(names.slice(1), []).entries.filter(({ off }) => off === null)).toHaveLength(30);
  });
});

describe("draft", () => {
  it("is understood by our own schema, and says what it leaves out and why", async () => {
    const entries = [
      { name: "api", off: null },
      { name: "old", off: "it is old" },
      { name: "older", off: "it is old" },
    ];
    const text = draft(found({ entries, unfit: 3 }));
    expect(text).toMatch(/^# yaml-language-server: \$schema=docs\/config\.schema\.json\n/);
    expect(text).toContain("upstreams:\n  api: {}\n  # it is old:\n  # old: {}\n  # older: {}\n  # 3 more services have names");
    expect(text).toContain("  # It is not there:\n  #     stream { include x; }\n  # stream: /etc/nginx/s.conf\n");
    const { settings, consul } = await load(text);
    expect(settings.upstreams.map(({ name, algorithm }) => [name, algorithm.method])).toEqual([["api", "round_robin"]]);
    expect(settings.outputs).toEqual({ http: "/etc/nginx/conf.d/upstreamd.conf", stream: null });
    expect(consul.address).toBe("http://127.0.0.1:8500");
  });

  it("loads without any upstream, and again when the example below is taken in", async () => {
    const text = draft(found());
    expect((await load(text)).settings.upstreams).toEqual([]);
    const edited = text.replace("upstreams: {}", "upstreams:").replace("# api: {}", "api: {}");
    expect((await load(edited)).settings.upstreams).toMatchObject([{ name: "api" }]);
  });

  it("loads whatever services are registered, and has no upstream that is not one of them", async () => {
    const odd = fc.constantFrom(
      "null",
      "true",
      "no",
      "123",
      "1e3",
      "0x1F",
      "y",
      "a.b",
      "-",
      "~",
      "a:",
      "#",
      "api\n  evil: {}",
      "x: {}",
      "API",
      "api",
      "consul",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.oneof(odd, fc.string(), fc.stringMatching(/^[\w.-]{1,20}$/)), { maxLength: 12 }),
        async (names) => {
          const chosen = chooseEntries(names, []);
          const expected = chosen.entries.filter(({ off }) => off === null).map(({ name }) => name);
          const { settings } = await load(draft(found(chosen)));
          expect(settings.upstreams.map(({ name }) => name).sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps what was asked for, odd paths too, and lets no remark out of its comment", async () => {
    const text = draft(
      found({
        consul: { ...found().consul, address: "http://[::1]:8500", datacenter: "dc 1", remarks: ["no\nupstreams: { evil: {} }\u001b[31m"] },
        nginx: { ...found().nginx, binary: '/opt/my "nginx"', config: "/opt/n: x.conf", prefix: "/opt/#", pidFile: "/run/n.pid" },
        outputs: { ...found().outputs, http: { path: "/tmp/ a.conf", because: "so\nit is", add: "x\ny: 1" } },
        stateDir: "/var/lib/ü",
      }),
    );
    expect(await load(text)).toMatchObject({
      consul: { address: "http://[::1]:8500", datacenter: "dc 1" },
      nginx: { binary: '/opt/my "nginx"', config: "/opt/n: x.conf", prefix: "/opt/#", pidFile: "/run/n.pid" },
      settings: { upstreams: [] },
      stateDir: "/var/lib/ü",
    });
    expect(text).not.toMatch(/(?!\n)\p{C}/u);
  });
});

describe("init", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = tempFolder("init");
  });

  /** Runs it where there is neither Consul nor an Nginx. */
  const init = (...args: readonly string[]) => initWith({}, ...args);
  async function initWith(given: Parameters<typeof ioOf>[0], ...args: readonly string[]) {
    const io = ioOf(given);
    const nobody = ["--consul-address", "http://127.0.0.1:1", "--nginx-binary", at("none"), "--nginx-config", at("none.conf")];
    const exit = await main(["init", "--out", at("u.yaml"), ...nobody, ...args], io);
    return { exit, out: io.out(), err: io.err() };
  }

  it("writes a file that loads without Consul and Nginx, and says on stderr and in it what it could not find out", async () => {
    const { exit, out, err } = await init("--state-dir", at("state"));
    expect({ exit, out }).toEqual({ exit: 0, out: "" });
    const text = readFileSync(at("u.yaml"), "utf8");
    for (const remark of [
      "Consul at http://127.0.0.1:1 did not say which services it has: connect ECONNREFUSED 127.0.0.1:1.",
      "No nginx was found on this machine: name its binary and its configuration.",
    ]) {
      expect(err).toContain(`${remark}\n`);
      expect(text).toContain(`# ${remark}\n`);
    }
    expect(err).toContain(`wrote ${at("u.yaml")} with 0 upstreams; name your upstreams in it, then try upstreamd check -c ${at("u.yaml")}`);
    expect(await load(text)).toMatchObject({ nginx: { binary: at("none") }, stateDir: at("state") });
  });

  it("never writes over a file or a link that is there, and exits 2", async () => {
    writeFileSync(at("u.yaml"), "mine\n");
    const { exit, err } = await init();
    expect(exit).toBe(2);
    expect(err).toContain(`Cannot write ${at("u.yaml")}: it is there already, and is left as it is.`);
    expect(readFileSync(at("u.yaml"), "utf8")).toBe("mine\n");
  });

  it("exits 2 where the folder is not there", async () => {
    const { exit, err } = await init("--out", at("no/such/u.yaml"));
    expect(exit).toBe(2);
    expect(err).toContain(`Cannot write ${at("no/such/u.yaml")}: ENOENT: no such file or directory.\n`);
    mkdirSync(at("folder"));
    expect((await init("--out", at("folder"))).err).toContain("it is there already");
  });

  it.each<readonly [string, (path: string) => { args?: readonly string[]; env?: Record<string, string> }]>([
    ["--token-file", (path) => ({ args: ["--token-file", path] })],
    ["CONSUL_HTTP_TOKEN_FILE", (path) => ({ env: { CONSUL_HTTP_TOKEN_FILE: path } })],
  ])("names the token file of %s, and never a token", async (_, given) => {
    writeFileSync(at("token"), "s3cret-token\n");
    const { args = [], env = {} } = given(at("token"));
    const { err } = await initWith({ env }, ...args);
    const text = readFileSync(at("u.yaml"), "utf8");
    expect(text).toContain(`  token_file: ${at("token")}\n`);
    expect(text + err).not.toMatch(/s3cret|is in no file/);
  });

  it.each([
    ["CONSUL_HTTP_TOKEN", { env: { CONSUL_HTTP_TOKEN: "s3cret-token" } }, []],
    ["stdin", { stdin: "s3cret-token" }, ["--token-file", "-"]],
  ])("says of a token of %s that it is in no file, and never the token", async (_, given, args) => {
    const { exit, err } = await initWith(given, ...args);
    const text = readFileSync(at("u.yaml"), "utf8");
    expect(exit).toBe(0);
    for (const place of [text, err]) expect(place).toContain("The ACL token is in no file: give it to each command again");
    expect(text + err).not.toContain("s3cret");
    expect((await load(text)).consul.token).toBeNull();
  });

  it("names the schema by a URL, which editors read whatever is in the path", async () => {
    await init();
    const [, url = ""] = /^# yaml-language-server: \$schema=(file:\S+)\n/.exec(readFileSync(at("u.yaml"), "utf8")) ?? [];
    expect(JSON.parse(readFileSync(fileURLToPath(url), "utf8"))).toHaveProperty("properties.upstreams");
  });
});
