import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { originalStack } from "../../src/cli/original-stack.ts";
import { tempFolder } from "../support/tmp.ts";

const SOURCE = `interface Unused {}

const fault = (): string => {
  return new Error("x").stack ?? "";
};
console.log(fault());
`;

describe("originalStack", () => {
  it("says the line of the source in the place of that of the bundle", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "fault.ts"), SOURCE);
    const outfile = join(folder, "out", "fault.mjs");
    await build({ entryPoints: [join(folder, "fault.ts")], outfile, bundle: true, format: "esm", sourcemap: "external" });
    const { stdout } = spawnSync(process.execPath, [outfile], { encoding: "utf8" });
    expect(stdout).toContain("fault.mjs:");
    expect(originalStack(stdout)).toMatch(/^Error: x\n +at fault \(fault\.ts:4:10\)\n +at fault\.ts:6:13\n/);
  });

  it("leaves alone what no map knows", () => {
    const stack = "Error: x\n    at read (file:///nowhere/chunk.js:1:2)\n    at node:internal/main:3:4";
    expect(originalStack(stack)).toBe(stack);
  });
});
