import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "..", "..");
const CI = readFileSync(join(ROOT, ".ci", "run"), "utf8");

test(".ci/run runs the very command that the README has under `## Test it`", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const command = /^## Test it$.*?^```sh\n(.+?)\n```$/ms.exec(readme)?.[1];
  expect(command).toMatch(/^npm ci && /);
  expect(CI).toContain(`bash -c '${command}'`);
});

test(".ci/run has every part of `npm run ok` as a gate", () => {
  const parts = [...manifest.scripts.ok.matchAll(/npm run (\w+)/g)].map((match) => match[1]);
  expect(parts).toContain("lint");
  // `npm ci` builds, through `prepare`.
  const missing = parts.filter((part) => part !== "build" && !CI.includes(`npm run --silent ${part}\n`));
  expect(missing).toEqual([]);
});
