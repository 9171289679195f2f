import { join } from "node:path";
import { expect, test } from "vitest";
import { FINDINGS } from "../../src/model/check/findings.ts";
import { ERRORS, EXITS } from "../../src/support/errors.ts";
import { capabilityBlocks } from "./capability-reference.ts";
import { commandHelp, flagTable } from "./command-reference.ts";
import { configurationKeys, configurationSchema } from "./configuration-reference.ts";
import { ROOT, table, withBlocks } from "./pages.ts";
import { templateBlocks } from "./template-reference.ts";

/** Compares a page with what its blocks should be; `npm run golden` writes it. */
async function expectPage(page: string, blocks: Readonly<Record<string, string>>): Promise<void> {
  await expect(withBlocks(page, blocks)).toMatchFileSnapshot(join(ROOT, page));
}

test("docs/cli.md has the help of every command", async () => {
  await expectPage("docs/cli.md", { help: commandHelp() });
});

test("docs/configuration.md has every key, flag, and what Nginx has", async () => {
  await expectPage("docs/configuration.md", { keys: configurationKeys(), flags: flagTable(), ...capabilityBlocks() });
});

test("docs/config.schema.json is the schema of the configuration file", async () => {
  await expect(`${JSON.stringify(configurationSchema(), null, 2)}\n`).toMatchFileSnapshot(join(ROOT, "docs/config.schema.json"));
});

test("docs/errors.md has every error with its exit code, what it leaves and what to do", async () => {
  const rows = Object.entries(ERRORS).map(([code, { exit, meaning, leaves, remedy }]) => [
    `\`${code}\``,
    String(exit),
    meaning,
    leaves,
    remedy,
  ]);
  await expectPage("docs/errors.md", { exits: exitTable(), errors: table(["code", "exit", "means", "leaves", "do"], rows) });
});

test("docs/templates.md has every field of the view and every helper", async () => {
  await expectPage("docs/templates.md", templateBlocks());
});

test("README.md has every exit code", async () => {
  await expectPage("README.md", { exits: exitTable() });
});

test("every error ends with an exit code that is explained", () => {
  expect(Object.values(ERRORS).filter(({ exit }) => EXITS[exit] === undefined)).toEqual([]);
});

function exitTable(): string {
  return table(["exit", "means"], Object.entries(EXITS));
}

test("docs/check.md has every finding with its severity and exit code", async () => {
  const rows = Object.entries(FINDINGS).map(([code, { severity, exit, meaning }]) => [`\`${code}\``, severity, String(exit), meaning]);
  await expectPage("docs/check.md", { findings: table(["code", "severity", "exit", "means"], rows) });
});
