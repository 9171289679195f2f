import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import { tempFolder } from "../support/tmp.ts";
import { ioOf } from "./frame.ts";

const NOBODY = ["--consul-address", "http://127.0.0.1:1", "--timeout", "100ms"];
const FOR_1_22 = ["--nginx-version", "1.22.1"];

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = tempFolder("one-shot");
});

/** Runs a command in a folder of its own, with this configuration and an Nginx that leaves a mark when it is started. */
async function upstreamd(...[config, ...args]: readonly [string, ...string[]]) {
  writeFileSync(at("nginx"), `#!/bin/sh\ntouch ${at("started")}\nexit 1\n`);
  chmodSync(at("nginx"), 0o755);
  writeFileSync(at("c.yaml"), config);
  const io = ioOf();
  const places = ["--output-http", at("live/http.conf"), "--state-dir", at("state"), "--nginx-binary", at("nginx")];
  const exit = await main([...args, "-c", at("c.yaml"), ...places], io);
  return { exit, out: io.out(), err: io.err(), started: existsSync(at("started")) };
}

interface Registered {
  readonly id?: string;
  readonly node?: string;
  readonly address: string;
}

/** Writes a snapshot in which service `api` has these instances. */
function snapshot(name: string, ...instances: readonly Registered[]): string {
  const entries = instances.map(({ id = "api-1", node = "web-1", address }) => ({
    Node: { Node: node, Address: "10.9.9.9", Datacenter: "dc1" },
    Service: {
      ID: id,
      Service: "api",
      Tags: [],
      Address: address,
      TaggedAddresses: {},
      Meta: {},
      Port: 80,
      Weights: { Passing: 1, Warning: 1 },
    },
    Checks: [],
  }));
  const services = [{ service: "api", datacenter: null, filter: null, instances: entries }];
  writeFileSync(at(name), JSON.stringify({ version: 1, taken_at: "2026-01-01T00:00:00.000Z", services }));
  return at(name);
}

const API = "upstreams: { api: {} }\n";

describe("diff --from A --to B", () => {
  it("looks at neither Consul nor Nginx, and says which version it assumed", async () => {
    const [a, b] = [snapshot("a", { address: "10.0.0.1" }), snapshot("b", { address: "10.0.0.2" })];
    const { exit, out, err, started } = await upstreamd(API, "diff", "--from", a, "--to", b);
    expect({ exit, started }).toEqual({ exit: 1, started: false });
    expect(out).toContain("-    server 10.0.0.1:80;\n+    server 10.0.0.2:80;");
    expect(err).toBe(`comparing for Nginx ${NEWEST_KNOWN}, the newest known (--nginx-version names another)\n`);
  });

  it("says nothing of the version when it was named, and refuses what that one lacks", async () => {
    const [a, b] = [snapshot("a", { address: "10.0.0.1" }), snapshot("b", { address: "10.0.0.1" })];
    expect(await upstreamd(API, "diff", "--from", a, "--to", b, ...FOR_1_22)).toMatchObject({ exit: 0, out: "", err: "", started: false });
    const refused = await upstreamd("upstreams:\n  api: { algorithm: least_time }\n", "diff", "--from", a, "--to", b, ...FOR_1_22);
    expect(refused).toMatchObject({ exit: 2, started: false });
    expect(refused.err).toContain(`${at("c.yaml")}:2:3: upstream api: algorithm least_time header: `);
  });
});

describe("diff --against", () => {
  it("refuses a folder that is not there, before anybody is asked", async () => {
    const { exit, out, err } = await upstreamd(API, "diff", "--against", at("none"), ...NOBODY);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain(`Cannot compare with ${at("none")}: there is no such folder`);
    expect(err).toContain("[USAGE]");
    expect((await upstreamd(API, "diff", "--against", at("c.yaml"), ...NOBODY)).err).toContain("there is no such folder");
  });

  it("refuses two destinations of one base name, as render --out does", async () => {
    mkdirSync(at("out"));
    const clash = `output: { stream: other/http.conf }\nupstreams: { api: {}, tcp: { service: api, protocol: stream } }\n`;
    const from = ["--from", snapshot("a", { address: "10.0.0.1" }), ...FOR_1_22];
    for (const command of [
      ["diff", "--against", at("out")],
      ["render", "--out", at("out")],
    ] as const) {
      const { exit, err } = await upstreamd(clash, ...command, ...from);
      expect(exit).toBe(2);
      expect(err).toContain(`${at("out")}: two destinations have the name http.conf`);
    }
  });

  it("finds nothing to change in what render --out wrote", async () => {
    const from = ["--from", snapshot("a", { address: "10.0.0.1" }), ...FOR_1_22];
    expect(await upstreamd(API, "render", "--out", at("out"), ...from)).toMatchObject({ exit: 0 });
    expect(readFileSync(at("out/http.conf"), "utf8")).toContain("server 10.0.0.1:80;");
    expect(await upstreamd(API, "diff", "--against", at("out"), ...from)).toMatchObject({ exit: 0, out: "", err: "" });
  });
});

describe.each(["render", "diff"])("%s", (command) => {
  it("refuses what this Nginx lacks, where it is written, before Consul is asked", async () => {
    const { exit, err } = await upstreamd("upstreams:\n  api: { algorithm: least_time }\n", command, ...FOR_1_22, ...NOBODY);
    expect(exit).toBe(2);
    expect(err).toContain(`${at("c.yaml")}:2:3: upstream api: algorithm least_time header: `);
    expect(err).toContain("[UNSUPPORTED]");
  });

  it("refuses what no Nginx has before Nginx is looked at", async () => {
    const { exit, err, started } = await upstreamd("upstreams:\n  api: { backup: x, algorithm: ip_hash }\n", command, ...NOBODY);
    expect({ exit, started }).toEqual({ exit: 2, started: false });
    expect(err).toContain("c.yaml:2:18: upstreams.api.backup: ");
  });

  it("says which instances are left out and why, without a character that a terminal obeys", async () => {
    const hostile = { id: 'x"\u001b[31m\n', node: "n\u202e", address: "evil; }" };
    const from = ["--from", snapshot("a", { address: "10.0.0.1" }, hostile), ...FOR_1_22];
    const { out, err } = await upstreamd(API, command, ...from);
    expect(out).toContain("server 10.0.0.1:80;");
    expect(err).toBe('api (http): left out "x\\"\\u001b[31m\\n" on "n\\u{202e}": "evil; }" is not an IP address that a server can have\n');
  });
});

describe("render --nginx-version", () => {
  it("starts no Nginx for a version that was named, and refuses what that one lacks", async () => {
    const from = snapshot("a.json", { address: "10.0.0.1" });
    const rendered = await upstreamd(API, "render", "--from", from, ...FOR_1_22);
    expect(rendered).toMatchObject({ exit: 0, err: "", started: false });
    expect(rendered.out).toContain("server 10.0.0.1:80;");
    const refused = await upstreamd(API, "render", "--from", from, "--algorithm", "least_time", ...FOR_1_22);
    expect(refused).toMatchObject({ exit: 2, out: "", started: false });
    expect(refused.err).toContain("[UNSUPPORTED]");
  });
});
