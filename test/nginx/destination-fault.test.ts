import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultOfDestination } from "../../src/nginx/destination-fault.ts";
import { tempFolder } from "../support/tmp.ts";

const folder = tempFolder("destinations");
const at = (...names: readonly string[]) => join(folder, ...names);
const faultAt = (path: string) => faultOfDestination(path, at("nginx.conf"))?.fault ?? null;
mkdirSync(at("folder"));
writeFileSync(at("file"), "");
writeFileSync(at("nginx.conf"), "");
symlinkSync("nginx.conf", at("link"));

test.each([
  ["a file", at("file"), null],
  ["a name that nothing has yet", at("new"), null],
  ["a folder", at("folder"), "not_a_file"],
  ["a name in a folder that is not there", at("none", "new"), "no_folder"],
  ["a name below a file", at("file", "new"), "no_folder"],
  ["the main configuration, behind a link", at("link"), "main_file"],
])("faultOfDestination judges %s", (_name, path, fault) => {
  expect(faultAt(path)).toBe(fault);
});
