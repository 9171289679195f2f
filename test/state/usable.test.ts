import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whyUnusable } from "../../src/state/usable.ts";
import { tempFolder } from "../support/tmp.ts";

test("whyUnusable has nothing against a folder that is there, or that could be made, and makes none", async () => {
  const folder = tempFolder("usable");
  expect(await whyUnusable(folder)).toBeNull();
  expect(await whyUnusable(join(folder, "a", "b"))).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

test("whyUnusable names the file that is in the way", async () => {
  const folder = tempFolder("usable");
  mkdirSync(join(folder, "a"));
  writeFileSync(join(folder, "a", "file"), "");
  expect(await whyUnusable(join(folder, "a", "file"))).toBe(`${join(folder, "a", "file")} is not a folder`);
  expect(await whyUnusable(join(folder, "a", "file", "b"))).toContain("ENOTDIR");
});
