import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { PAGES, ROOT, readPage, withoutFences } from "./pages.ts";

/** What a comment refers to, and where. */
interface Citation {
  readonly file: string;
  readonly cites: string;
}

const SOURCES = ["src", "templates"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
);

/** The comments of a file, each on one line. What begins like one in a string counts as well: it does no harm here. */
function commentsOf(file: string): string[] {
  const found = readPage(file).match(/\/\*.*?\*\/|\/\/[^\n]*|\{\{!.*?\}\}/gs) ?? [];
  return found.map((comment) => comment.replaceAll(/\s*\n\s*(\*(?!\/) ?)?/g, " "));
}

/** Everything that `pattern` finds in a comment, by its first group. */
function citations(pattern: RegExp): Citation[] {
  return SOURCES.flatMap((file) =>
    commentsOf(file).flatMap((comment) => [...comment.matchAll(pattern)].map((match) => ({ file, cites: match[1] ?? "" }))),
  );
}

function headingsOf(page: string): string[] {
  return [...withoutFences(readPage(page)).matchAll(/^#+ +(.+)$/gm)].map((match) => match[1] ?? "");
}

test("every fact that a comment cites is a heading of docs/facts.md", () => {
  const cited = citations(/facts: ([^;)]+)/g);
  const headings = headingsOf("docs/facts.md");
  expect(cited.length).toBeGreaterThan(30);
  expect(cited.filter(({ cites }) => !headings.includes(cites))).toEqual([]);
});

test("every heading of docs/facts.md is there once", () => {
  const headings = headingsOf("docs/facts.md");
  expect(headings.filter((heading, at) => headings.indexOf(heading) !== at)).toEqual([]);
});

test("every page, and every heading of one, that a comment cites is there", () => {
  const cited = citations(/(docs\/[\w./-]+\.md(?:, [^;)]+)?)/g);
  const isThere = ({ cites }: Citation) => {
    const [page = "", heading] = cites.split(", ");
    return existsSync(join(ROOT, page)) && PAGES.includes(page) && (heading === undefined || headingsOf(page).includes(heading));
  };
  expect(cited.length).toBeGreaterThan(3);
  expect(cited.filter((citation) => !isThere(citation))).toEqual([]);
});

test("no comment refers to papers that are not in the repository", () => {
  expect(citations(/\b(handbook|design, section|contract:|of the contract)/gi)).toEqual([]);
});
