import type { Surroundings } from "../surroundings/surroundings.ts";
import { type Finding, finding } from "./findings.ts";

/** What of the configuration could not be looked at. */
export function checkGaps({ gaps }: Surroundings): readonly Finding[] {
  const hint =
    "Let this user read it where that is what is missing; what is in another language, such as Lua, has to be looked at by hand.";
  return gaps.map(({ file, because }) => finding("include_unread", file, `what is in there was not checked: ${because}`, hint));
}
