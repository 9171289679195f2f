import { problemsOf } from "../model/capabilities.ts";
import type { Configuration } from "../model/configuration.ts";
import { UpstreamdError } from "../support/errors.ts";
import { problemText } from "./problem-text.ts";

/** Throws `UNSUPPORTED` where this version of Nginx lacks, or does not combine, what an upstream asks for: all of it, and what to use. */
export function checkCapabilities({ path, settings }: Pick<Configuration, "path" | "settings">, version: string): void {
  const lines = settings.upstreams.flatMap((upstream) => {
    return problemsOf(upstream, version).map((problem) => `\n  upstream ${upstream.name}: ${problemText(problem)}`);
  });
  if (lines.length === 0) return;
  const name = path === null ? "what was asked for" : `the configuration ${path}`;
  throw new UpstreamdError(
    "UNSUPPORTED",
    `Cannot use ${name} with Nginx ${version}:${lines.join("")}`,
    "Change what is named above; nothing was written.",
  );
}
