import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Where generated files go in the cases; `conf.d` and `stream.d` below it are what a test's Nginx includes, too. */
const DESTINATIONS = "/etc/nginx";

/** A folder with `why.md`, `upstreamd.yaml`, `snapshot.json` and what they have to become. */
export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  /** Where the files of `expected/` lie. */
  readonly expected: string;
}

/** Every folder beside this file is a case: adding one needs no code. */
export const goldenCases: readonly GoldenCase[] = readdirSync(import.meta.dirname)
  .map((name) => ({ name, folder: join(import.meta.dirname, name), expected: join(import.meta.dirname, name, "expected") }))
  .filter(({ folder }) => statSync(folder).isDirectory());

/** What the case expects, by its path below `expected/`; nothing before it was first written. */
export function expectedFiles({ expected }: GoldenCase): Readonly<Record<string, string>> {
  if (!existsSync(expected)) return {};
  const names = readdirSync(expected, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(expected, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(expected, name), "utf8")]));
}

/** The path below `expected/` of a destination. */
export function expectedName(destination: string): string {
  return relative(DESTINATIONS, destination);
}
