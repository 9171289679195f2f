import type { Surroundings } from "../surroundings/surroundings.ts";
import { type Finding, finding } from "./findings.ts";

/** What of the configuration could not be looked at. */
export function checkGaps({ gaps }: Surroundings): readonly Finding[] {
  return gaps.map(({ file, because }) =>
    finding(
      "include_unread",
      file,
      `what is in there was not checked: ${because}`,
      "Make it a file that this user may read, or take it out.",
    ),
  );
}
