import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { place } from "./place.mjs";
import { PLACES, VERSIONS } from "./places.mjs";
import { run } from "./run.mjs";
import { step } from "./step.mjs";

/** A current Node beside the one that we support from, for the second run in CI. */
export async function installNode() {
  if (existsSync(PLACES.node.binary)) return;
  await step(`installing Node ${VERSIONS.node} from npm`, "some seconds, 50 MB", () => place(PLACES.node, unpack));
}

/** The binary's own package: the package `node` would fetch it by a script, which npm does not run unasked. */
async function unpack(draft) {
  const name = `node-${process.platform}-${process.arch}`;
  const modules = join(draft, "npm");
  await mkdir(modules);
  await run("npm", ["install", "--prefix", modules, "--no-save", "--no-package-lock", "--ignore-scripts", `${name}@${VERSIONS.node}`], {
    cwd: modules,
  });
  await mkdir(join(draft, "bin"));
  await rename(join(modules, "node_modules", name, "bin", "node"), join(draft, "bin", "node"));
  await rm(modules, { recursive: true });
  await run(join(draft, "bin", "node"), ["--version"]);
}
