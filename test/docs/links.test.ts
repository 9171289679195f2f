import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { PAGES, ROOT, readPage, withoutFences } from "./pages.ts";

/** The targets of a page's links that stay within the repository. */
function linksOf(page: string): readonly string[] {
  const targets = [...withoutFences(readPage(page)).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets.filter((target) => !/^(https?|mailto):/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...withoutFences(readPage(page)).matchAll(/^#+ +(.+)$/gm)].map((match) => match[1] ?? "");
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function isBroken(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** Paths from the root that a page names in backticks, such as `src/model/belief.ts`. */
function pathsNamedOn(page: string): readonly string[] {
  const named = withoutFences(readPage(page)).matchAll(/`((?:src|test|docs|templates|bin)\/[\w./-]+)`/g);
  return [...named].map((match) => match[1] ?? "");
}

test("there are pages to check", () => {
  expect(PAGES).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/architecture.md"]));
});

describe.each(PAGES)("%s", (page) => {
  test("has no link that leads nowhere", () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
  });

  test("names no path that is not there", () => {
    expect(pathsNamedOn(page).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
