import { join } from "node:path";
import { expect, test } from "vitest";
import type { Effect } from "../../src/pipeline/states.ts";
import { ROOT, readPage, withBlocks } from "./pages.ts";
import { drawProtocol, rules, stateNames, transitions } from "./protocol-drawing.ts";

const PAGE = "docs/architecture.md";

test("docs/architecture.md draws the apply protocol as its table has it", async () => {
  const drawing = `\`\`\`mermaid\n${drawProtocol()}\n\`\`\``;
  await expect(withBlocks(PAGE, { protocol: drawing })).toMatchFileSnapshot(join(ROOT, PAGE));
});

test("every rule of the apply protocol can be reached from idle", () => {
  const used = new Set(transitions().map(({ from, event }) => `${from.at} ${event.kind}`));
  expect(rules().filter((rule) => !used.has(rule))).toEqual([]);
});

test("docs/architecture.md explains every state and every effect of the apply protocol", () => {
  const effects = new Set<Effect>(transitions().flatMap(({ step }) => step.effects));
  const page = readPage(PAGE);
  const unexplained = [...stateNames(), ...effects].filter((name) => !page.includes(`| \`${name}\` |`));
  expect(unexplained).toEqual([]);
});
