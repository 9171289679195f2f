import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { tempFolder } from "../support/tmp.ts";
import { PLACES } from "./places.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
const INSTALL_MS = 120_000;

/** What users get: the packed file, installed where nothing of the repository is. */
describe("the package", () => {
  const home = tempFolder("pack");
  const bin = join(home, "node_modules", ".bin", "upstreamd");
  const snapshot = join(home, "snapshot.json");

  beforeAll(() => {
    // Built already by the set-up of these tests; a test that packs must not change what others run at the same time.
    const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", home], ROOT).trim().split("\n").at(-1) ?? "";
    mkdirSync(join(home, "node_modules"));
    writeFileSync(join(home, "package.json"), "{}");
    run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--engine-strict", join(home, packed)], home);
    writeFileSync(snapshot, JSON.stringify({ version: 1, services: [{ service: "api", instances: [instance("10.0.0.7")] }] }));
  }, INSTALL_MS);

  it.each([
    ["the Node that runs this", process.execPath],
    ["a current Node", PLACES.node.binary],
  ])("says its version, renders and explains itself on %s", (_, node) => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(run(node, [bin, "--version"], home)).toBe(`${version}\n`);
    const args = ["render", "--service", "api", "--algorithm", "least_conn", "--from", snapshot, "--nginx-version", "1.22.1"];
    expect(run(node, [bin, ...args], home)).toContain("upstream api {\n    least_conn;\n    server 10.0.0.7:8080;\n}\n");
    expect(run(node, [bin, "--help"], home)).toContain("upstreamd");
  });

  it("holds the command, the templates and the docs, and nothing to build or test it with", () => {
    const shipped = readdirSync(join(home, "node_modules", "upstreamd"));
    expect(shipped.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "docs", "package.json", "templates"]);
    const installed = readdirSync(join(home, "node_modules"));
    for (const name of ["esbuild", "typescript", "vitest"]) expect(installed).not.toContain(name);
  });
});

function instance(address: string) {
  return {
    Node: { Node: "node-1", Address: "10.0.0.1", Datacenter: "dc1" },
    Service: { ID: "api-1", Service: "api", Address: address, Port: 8080, Tags: [], Meta: {}, Weights: { Passing: 1, Warning: 1 } },
    Checks: [],
  };
}

/** Runs a command to its end and gives its stdout; what failed is said with its stderr. */
function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
