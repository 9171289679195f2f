import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { parseSnapshot } from "../../src/consul/snapshot-file.ts";
import { believe, recall } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import type { FileSet } from "../../src/model/files.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { unseenNginx } from "../../src/model/nginx-process.ts";
import { watchesOf } from "../../src/model/settings.ts";
import { prepare } from "../../src/pipeline/prepare.ts";
import { loadUserTemplates } from "../../src/render/load-user-templates.ts";
import { loadTemplates } from "../../src/render/templates.ts";
import { readPage } from "../docs/pages.ts";
import { EXAMPLES, expectedFiles, expectedName, type GoldenCase, goldenCases, ownFiles } from "./cases.ts";

/** The real way from a configuration and a snapshot to files, with nothing remembered. */
async function render({ folder, nginx }: GoldenCase, change: (snapshot: string) => string = (text) => text): Promise<FileSet> {
  const environment = { variables: {}, cwd: folder, home: "/root", uid: 0 };
  const { settings, consul } = await loadConfiguration({ path: "upstreamd.yaml", overrides: NO_OVERRIDES, environment });
  const snapshot = parseSnapshot(change(readFileSync(join(folder, "snapshot.json"), "utf8")), "snapshot.json", watchesOf(settings), consul.metadata);
  const { belief } = believe(recall(EMPTY_MEMORY, settings), snapshot, settings, 0);
  const inputs = { belief, memory: EMPTY_MEMORY, settings, templates: loadTemplates(), userTemplates: { wanted: loadUserTemplates(settings.templates), refused: [] } };
  return prepare(inputs, { nginx: unseenNginx(nginx ?? NEWEST_KNOWN, "newest"), disk: [] }).files;
}

/** The same registrations, listed the other way round. */
function reversed(snapshot: string): string {
  return JSON.stringify(JSON.parse(snapshot), (_, value: unknown) => (Array.isArray(value) ? [...value].reverse() : value));
}

describe.each(goldenCases)("the golden case $name", (golden) => {
  test("renders what is expected, byte for byte", async () => {
    const files = await render(golden);
    for (const [path, text] of files) await expect(text).toMatchFileSnapshot(join(golden.expected, expectedName(path)));
  });

  test("expects no file that is not rendered", async () => {
    const rendered = [...(await render(golden)).keys()].map(expectedName);
    expect(Object.keys(expectedFiles(golden)).filter((name) => !rendered.includes(name))).toEqual([]);
  });

  test("does not depend on the order in which Consul lists things", async () => {
    expect(await render(golden, reversed)).toEqual(await render(golden));
  });

  test("says in one line, or on a page, why it is there", () => {
    const page = join(golden.folder, "README.md");
    if (existsSync(page)) expect(readFileSync(page, "utf8")).toMatch(/^# .+\n\n.{80,}/s);
    else expect(readFileSync(join(golden.folder, "why.md"), "utf8")).toMatch(/^[A-Z][^\n]{20,}\.\n$/);
  });
});

test.each(EXAMPLES)("the example $name shows how Nginx uses what is rendered, under the names that it has", async (golden) => {
  const rendered = [...(await render(golden)).values()].join("");
  const all = [...Object.values(ownFiles(golden)), rendered].join("");
  const names = [...rendered.matchAll(/^upstream (\S+) \{$/gm)].map((match) => match[1] ?? "");
  expect(names.filter((name) => !new RegExp(`[/ ]${name};`).test(all))).toEqual([]);
});

test.each(EXAMPLES)("the list of examples names $name", ({ name }) => {
  expect(readPage("docs/examples/README.md")).toContain(`[${name}](${name}/README.md)`);
});
