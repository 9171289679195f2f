import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../docs/pages.ts";

/** Where generated files go in the cases; `conf.d` and `stream.d` below it are what a test's Nginx includes, too. */
const DESTINATIONS = "/etc/nginx";

/** A folder with `upstreamd.yaml`, `snapshot.json` and what they have to become. */
export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  /** Where the files of `expected/` lie. */
  readonly expected: string;
  /** The Nginx that it is rendered for, and every newer one takes it; `nginx-version` in its folder, where it is not for all. */
  readonly nginx: string | null;
}

/** Every folder beside this file: the reason for it is in `why.md`. */
const RULES = casesIn(import.meta.dirname);

/** What `docs/` shows people; each has a page, and with it what the operator's own part of Nginx is. */
export const EXAMPLES = casesIn(join(ROOT, "docs", "examples"));

/** Adding a case needs no code. */
export const goldenCases: readonly GoldenCase[] = [...RULES, ...EXAMPLES];

/** What the case expects, by its path below `expected/`; nothing before it was first written. */
export function expectedFiles({ expected }: GoldenCase): Readonly<Record<string, string>> {
  return filesBelow(expected);
}

/** The operator's own part of Nginx, by its path below `/etc/nginx`. */
export function ownFiles({ folder }: GoldenCase): Readonly<Record<string, string>> {
  return filesBelow(join(folder, "nginx"));
}

/** The path below `expected/` of a destination. */
export function expectedName(destination: string): string {
  return relative(DESTINATIONS, destination);
}

function casesIn(folder: string): readonly GoldenCase[] {
  return readdirSync(folder)
    .map((name) => ({ name, folder: join(folder, name), expected: join(folder, name, "expected"), nginx: versionIn(join(folder, name)) }))
    .filter((golden) => statSync(golden.folder).isDirectory());
}

function versionIn(folder: string): string | null {
  const file = join(folder, "nginx-version");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

function filesBelow(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
