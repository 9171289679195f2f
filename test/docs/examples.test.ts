import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { configure } from "../../src/config/configure.ts";
import { documentOf } from "../../src/config/document.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { fencesOf, PAGES, readPage } from "./pages.ts";

const EXAMPLES = PAGES.flatMap((page) => fencesOf(readPage(page), "yaml").map((yaml, i) => ({ name: `${page}, example ${i + 1}`, yaml })));

test("there are examples of a configuration", () => {
  expect(EXAMPLES.length).toBeGreaterThan(2);
});

test.each(EXAMPLES)("the configuration in $name is one that upstreamd takes", async ({ yaml }) => {
  const configuration = await configure(documentOf("upstreamd.yaml", yaml), NO_OVERRIDES, {
    variables: {},
    uid: 0,
    home: "/root",
    cwd: "/",
  });
  expect(configuration.settings.upstreams.length).toBeGreaterThan(0);
});

test.each(["Try it", "Test it"])("the README's first command below `%s` is one line that this package has", (heading) => {
  const section = readPage("README.md").split(`\n## ${heading}\n`)[1] ?? "";
  const [block = ""] = fencesOf(section, "sh");
  const script = /^npm ci && npm (?:run (\w+)|(test))\n$/
    .exec(block)
    ?.slice(1)
    .find((name) => name !== undefined);
  expect(Object.keys(manifest.scripts)).toContain(script);
});
