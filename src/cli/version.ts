import { readFileSync } from "node:fs";

interface Manifest {
  readonly version: string;
  readonly bugs?: { readonly url?: string };
}

/** The version of this program, as its package says. */
export function version(): string {
  return manifest().version;
}

/** Where a bug is reported. */
export function reportTo(): string {
  return manifest().bugs?.url ?? "the issue tracker of the upstreamd repository";
}

/** Two folders up from `src/cli` as well as from the files of the bundle. */
function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
}
