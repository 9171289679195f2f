import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEnvironment, type Partial } from "./environment.ts";
import type { UpstreamView } from "./view.ts";

/** The templates that make files, compiled once. */
export interface Templates {
  /** Prints one `upstream` block. */
  readonly upstream: (view: UpstreamView) => string;
  /** What they were compiled from. */
  readonly sources: readonly Partial[];
}

const EXTENSION = ".conf.hbs";

/** `src/render` and the files of the bundle are equally deep in the package. */
const BUILT_IN = fileURLToPath(new URL("../../templates/", import.meta.url));

/** Reads and compiles the templates of the package: `upstream.conf.hbs`, with every other one of the folder as a partial. */
export function loadTemplates(folder: string = BUILT_IN): Templates {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .sort();
  return compileTemplates(
    files.map((file) => ({
      name: basename(file, EXTENSION),
      path: join("templates", file),
      source: readFileSync(join(folder, file), "utf8"),
    })),
  );
}

/** Compiles sources of which one is named `upstream`. */
export function compileTemplates(sources: readonly Partial[]): Templates {
  const main = sources.find(({ name }) => name === "upstream");
  if (main === undefined) throw new Error("The templates lack upstream.conf.hbs");
  const environment = createEnvironment(sources.filter((source) => source !== main));
  return { upstream: environment.compile(main), sources };
}
