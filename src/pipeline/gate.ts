import { problemText } from "../model/problem.ts";
import type { Settings, UpstreamSettings } from "../model/settings.ts";
import { allProblems } from "../model/unsupported.ts";
import { UpstreamdError } from "../support/errors.ts";

/** Throws UNSUPPORTED, naming everything that this version of Nginx lacks or does not combine, and what to use instead. */
export function refuseUnsupported(settings: Settings, version: string): void {
  const problems = allProblems(settings.upstreams, version).map(({ upstream, problem }) => {
    return `${placeOf(upstream)}upstream ${upstream.name}: ${problemText(problem)}`;
  });
  if (problems.length === 0) return;
  throw new UpstreamdError(
    "UNSUPPORTED",
    `Cannot render for Nginx ${version}:\n  ${problems.join("\n  ")}`,
    "Change what is named above, or use a version of Nginx that has it.",
  );
}

function placeOf({ writtenAt }: UpstreamSettings): string {
  return writtenAt === null ? "" : `${writtenAt}: `;
}
