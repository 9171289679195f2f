import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, readPage } from "./pages.ts";

interface Rules {
  readonly default: { readonly forbidden: readonly { readonly name: string; readonly comment: string }[] };
}

const PAGE = readPage("docs/architecture.md");

/** From folder to what the page says it may import. */
const SAID = new Map([...PAGE.matchAll(/^\| `([a-z]+)\/` \| [^|]+ \| ([^|]+) \|$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]));

/** From folder to what the check of `npm run arch` lets it import, from the sentence that the offender reads. */
async function allowed(): Promise<ReadonlyMap<string, string>> {
  const { default: rules } = (await import(join(ROOT, ".dependency-cruiser.mjs"))) as Rules;
  return new Map(
    rules.forbidden.flatMap(({ name, comment }) => {
      const folder = /^([a-z]+)-imports-what-it-may$/.exec(name)?.[1];
      const list = /may import (.+?) and itself\./.exec(comment)?.[1] ?? "nothing";
      return folder === undefined ? [] : [[folder, list] as const];
    }),
  );
}

test("docs/architecture.md has a line for every folder of src", () => {
  const folders = readdirSync(join(ROOT, "src")).sort();
  expect([...SAID.keys()].sort()).toEqual(folders);
});

test("docs/architecture.md says of every folder what the check lets it import", async () => {
  const rules = await allowed();
  const folders = [...SAID.keys()];
  const expand = (folder: string, text: string): readonly string[] => {
    if (text === "nothing") return [];
    if (!text.startsWith("all")) return text.split(", ").sort();
    const but = text.replace(/^all( but )?/, "").split(", ");
    return folders.filter((name) => name !== folder && name !== "cli" && !but.includes(name)).sort();
  };
  for (const [folder, text] of SAID) {
    const checked = (rules.get(folder) ?? "").split(", ").filter((name) => folders.includes(name) && name !== folder);
    expect({ folder, may: expand(folder, text) }).toEqual({ folder, may: checked.sort() });
  }
});
