import { type Finding, finding } from "../../model/check/findings.ts";
import type { FileEdits } from "../../model/files.ts";
import type { Host, TestVerdict } from "../../model/host.ts";

/** How strongly a candidate was tested. */
export interface Tested {
  readonly findings: readonly Finding[];
  readonly strength: "whole" | "fragment" | "none";
  /** Why not more than that; null where it was the whole. */
  readonly because: string | null;
}

/** What is known of the configuration that the candidate is tested in. */
export interface TestPlace {
  readonly config: string;
  /** The destinations that no include leads to. */
  readonly outside: readonly string[];
  /** From a destination to the template of the user's own that prints it. */
  readonly printedBy: ReadonlyMap<string, string>;
}

/** Has Nginx judge the candidate in its place, and the present configuration where that says more. */
export async function checkTests(edits: FileEdits, host: Host, place: TestPlace): Promise<Tested> {
  const verdict = await host.test(edits);
  if (verdict.verdict === "impossible") return impossible(verdict.reason, place.config);
  const reach = reachOf(verdict, place);
  if (verdict.verdict === "accepted" && reach.strength === "whole") return { findings: [], ...reach };
  const live = await presentVerdict(verdict, edits, host, place);
  const findings = verdict.verdict === "refused" ? refusals(verdict.reason, live, place) : remarks(live, place, reach.because);
  return { findings, ...reach };
}

/** What was accepted within the whole says more than what stands there now, which may only wait for it. */
async function presentVerdict(verdict: TestVerdict, edits: FileEdits, host: Host, { outside }: TestPlace): Promise<TestVerdict> {
  const wholeWasTested = outside.length > 0 && [...edits.keys()].some((path) => !outside.includes(path));
  return verdict.verdict === "accepted" && wholeWasTested ? verdict : host.testLive();
}

/** What is included is tested with all that is around it, and what is not cannot be. */
function reachOf(verdict: TestVerdict, { config, outside }: TestPlace): Omit<Tested, "findings"> {
  if (outside.length > 0) return { strength: "fragment", because: `${config} does not include ${outside.join(" and ")}` };
  return verdict.verdict === "accepted" && verdict.strength === "fragment"
    ? { strength: "fragment", because: verdict.because ?? "the includes cannot be followed" }
    : { strength: "whole", because: null };
}

/** What is said where there was nothing to test, or nobody to ask. */
export function untested(because: string): Tested {
  return { findings: [], strength: "none", because };
}

function impossible(reason: string, config: string): Tested {
  const hint = "Check as the user that runs upstreamd, most often root.";
  return {
    findings: [finding("test_impossible", config, `the candidate was not tested: ${reason}`, hint)],
    strength: "none",
    because: reason,
  };
}

/** In the words of the present configuration it is the present configuration's fault. */
function refusals(reason: string, live: TestVerdict, place: TestPlace): readonly Finding[] {
  const isPresent = live.verdict === "refused" && reason.includes(live.reason);
  return isPresent ? [presentRefused(live.reason, place.config)] : [candidateRefused(reason, place)];
}

/** What was accepted alone. That a destination is not included is a finding of its own. */
function remarks(live: TestVerdict, { config, outside }: TestPlace, because: string | null): readonly Finding[] {
  const hint = "Mend that, and the whole is tested before anything is placed.";
  const alone = outside.length > 0 ? [] : [finding("tested_alone", config, `the generated files were tested alone: ${because}`, hint)];
  return live.verdict === "refused" ? [presentRefused(live.reason, config), ...alone] : alone;
}

function candidateRefused(reason: string, { config, printedBy }: TestPlace): Finding {
  const place = placeIn(reason, config);
  const template = printedBy.get(place.replace(/:\d+$/, ""));
  const hint = `${template === undefined ? "Mend what Nginx names" : `Mend ${template}, which prints that`}; until then run changes nothing on disk.`;
  return finding("candidate_refused", place, `Nginx refuses the configuration as it would be: ${reason}`, hint);
}

function presentRefused(reason: string, config: string): Finding {
  const hint = "Mend it first: Nginx would not start with it now, and nothing is placed beside it.";
  return finding("present_refused", placeIn(reason, config), `Nginx refuses its configuration as it is: ${reason}`, hint);
}

/** Nginx names a place at the end of most of what it says. */
function placeIn(reason: string, otherwise: string): string {
  return / in (\/\S*:\d+)/.exec(reason)?.[1] ?? otherwise;
}
