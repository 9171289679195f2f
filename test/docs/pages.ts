import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

/** Folders that hold no pages of ours. */
const NOT_OURS = new Set(["node_modules", "dist", "coverage", ".git", ".cache"]);

/** Every Markdown file of the repository, by its path from the root. */
export const PAGES: readonly string[] = pagesIn(ROOT);

/** The text of a file of the repository. */
export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/**
 * The page with its generated blocks as they should be: `<!-- generated: NAME -->` to `<!-- /generated -->`. To be compared
 * with the page itself as a file snapshot, so that `npm run golden` writes it. Throws when the page has other blocks.
 */
export function withBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  const seen: string[] = [];
  const text = readPage(page).replace(BLOCK, (_whole, name: string) => {
    seen.push(name);
    return `<!-- generated: ${name} -->\n\n${blocks[name] ?? ""}\n\n<!-- /generated -->`;
  });
  if (seen.sort().join() !== Object.keys(blocks).sort().join()) {
    throw new Error(`${page} has the blocks ${seen.join(", ")}; there should be ${Object.keys(blocks).join(", ")}`);
  }
  return text;
}

/** A Markdown table; what would break a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** A page without what stands in fenced blocks, where nothing is a link. */
export function withoutFences(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, "");
}

/** What stands in the fenced blocks of one language. */
export function fencesOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1] ?? "");
}

const BLOCK = /<!-- generated: ([a-z-]+) -->\n.*?<!-- \/generated -->/gs;

function pagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : pagesIn(path);
      return entry.name.endsWith(".md") ? [relative(ROOT, path)] : [];
    })
    .sort();
}
