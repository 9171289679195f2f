import { type Finding, type FindingCode, finding } from "../../model/check/findings.ts";
import { type ErrorCode, UpstreamdError } from "../../support/errors.ts";

/** What an error of the program is as a finding; for those that `check` goes on after, or that end it. */
const CODES: Readonly<Partial<Record<ErrorCode, { readonly code: FindingCode; readonly place: string }>>> = {
  CONFIG_MISSING: { code: "config_missing", place: "--config" },
  CONFIG_INVALID: { code: "config_invalid", place: "the configuration" },
  TEMPLATE: { code: "template", place: "templates" },
  SNAPSHOT_INVALID: { code: "snapshot_invalid", place: "--from" },
  CONSUL: { code: "consul_unreachable", place: "consul.address" },
  DESTINATION: { code: "destination_unusable", place: "output" },
};

/** An error as findings, one for each thing that it names; throws it again where it is none that can be found. */
export function findingsOf(error: UpstreamdError): readonly Finding[] {
  const known = CODES[error.code];
  if (known === undefined) throw error;
  const faults = error.faults.length > 0 ? error.faults : [faultIn(error.message)];
  return faults.map(({ place, text }) => finding(known.code, place ?? known.place, withoutStop(text), error.hint));
}

/** What was thrown, when it is the user's to mend; anything else is a bug, and ends the command. */
export function userError(thrown: unknown): UpstreamdError {
  if (thrown instanceof UpstreamdError) return thrown;
  throw thrown;
}

/** A message that begins with its place, as those of templates and snapshots do. */
function faultIn(message: string) {
  const [, place, text] = /^(\S+?:\d+(?::\d+)?): (.*)$/s.exec(message) ?? [];
  return place === undefined || text === undefined ? { place: null, text: message } : { place, text };
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
