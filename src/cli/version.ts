import { createRequire } from "node:module";

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

/** Two folders up from both `src/cli` and `dist/cli`. */
function manifest(): Manifest {
  return createRequire(import.meta.url)("../../package.json") as Manifest;
}
