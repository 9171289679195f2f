import { type Fault, faultLine, UpstreamdError } from "../support/errors.ts";
import type { ConfigurationDocument } from "./document.ts";
import type { Issue } from "./issue.ts";
import { listed } from "./listed.ts";
import { type Override, overrideAt } from "./overrides.ts";
import { named } from "./visible.ts";

interface Located extends Fault {
  /** Where it is in the file; what is not in it comes first. */
  readonly offset: number;
}

/** One error with all that is wrong, a line each in the file's order: where it is written, the key by its dotted path, what is wrong. */
export function configurationError(
  issues: readonly Issue[],
  document: ConfigurationDocument | null,
  overrides: readonly Override[],
): UpstreamdError {
  const located = issues.map((issue) => locate(issue, document, overrides)).sort((a, b) => a.offset - b.offset);
  const faults = [...new Map(located.map(({ place, text }) => [faultLine({ place, text }), { place, text }])).values()];
  const texts = listed(faults.map(faultLine));
  const name = document === null ? "what was asked for" : `the configuration ${document.file}`;
  return new UpstreamdError("CONFIG_INVALID", `Cannot use ${name}:${texts}`, "Mend what is named above; nothing was written.", faults);
}

function locate(issue: Issue, document: ConfigurationDocument | null, overrides: readonly Override[]): Located {
  const source = overrideAt(issue.path, overrides)?.source ?? outsideOf(issue);
  if (source !== null) return { offset: -1, place: source, text: issue.text };
  const dotted = issue.path.map((key) => named(String(key))).join(".");
  const text = dotted === "" ? issue.text : `${dotted}: ${issue.text}`;
  if (document === null) return { offset: -1, place: null, text };
  const offset = document.offset(issue.path, issue.at);
  return { offset, place: document.position(offset), text };
}

/** Issues of flags, and of Consul's variables, that are no settings of ours have the flag or variable as their path. */
function outsideOf({ path, isOutside }: Issue): string | null {
  return isOutside === true ? path.map(String).join("") : null;
}
