import { type Finding, finding } from "../../model/check/findings.ts";
import { EMPTY_MEMORY } from "../../model/memory.ts";
import { bareSnapshot, emptySnapshot, sampleSnapshot } from "../../model/sample.ts";
import type { TemplateFault } from "../../model/user-template.ts";
import type { Candidate } from "../../pipeline/prepare.ts";
import { metadataForSample } from "../../render/asked-metadata.ts";
import type { UserTemplates } from "../../render/user-templates.ts";
import { UpstreamdError } from "../../support/errors.ts";
import { type Premise, prepareAnyway } from "../prepare-once.ts";
import { findingsOf, userError } from "./from-error.ts";

/** What was rendered, and what stands in the way of the rest. */
export interface Rendered {
  readonly findings: readonly Finding[];
  /** null where nothing could be rendered; a template that is no good is as the daemon would have it: as it was, or not there. */
  readonly candidate: Candidate | null;
}

/** Renders everything, with each template's fault as a finding. */
export function rendered(premise: Premise): Rendered {
  try {
    const candidate = prepareAnyway(premise);
    return { candidate, findings: candidate.templates.flatMap(({ source, fault }) => (fault === null ? [] : faultOf(source, fault))) };
  } catch (error) {
    return { candidate: null, findings: findingsOf(userError(error)) };
  }
}

/** At the place that the fault names, or else at the template as a whole. */
function faultOf(source: string, { message, hint }: TemplateFault): readonly Finding[] {
  const found = findingsOf(new UpstreamdError("TEMPLATE", message, hint));
  return found.map(({ place, ...fault }) => ({ ...fault, place: /:\d+$/.test(place) ? place : source }));
}

/**
 * What is wrong with templates beyond what is `known`: with data that has everything in it, and with data that has next to nothing,
 * as it comes to be some day.
 */
export function checkTemplates(standing: Omit<Premise, "snapshot">, known: readonly Finding[]): readonly Finding[] {
  const { settings } = standing.configuration;
  const premise = { ...standing, memory: EMPTY_MEMORY, disk: [] };
  const sample = rendered({ ...premise, snapshot: sampleSnapshot(settings, metaKeysIn(standing.userTemplates)) }).findings;
  const faulty = new Set([...known, ...sample].map(({ place }) => place));
  const bare = rendered({ ...premise, snapshot: bareSnapshot(settings) }).findings.map(fragile("when an instance has no metadata"));
  const empty = rendered({ ...premise, snapshot: emptySnapshot(settings) }).findings.map(fragile("when an upstream has no server"));
  return [...sample, ...[...bare, ...empty].filter(({ place }) => !faulty.has(place))];
}

/** The keys that templates ask metadata for, by which sample data has an answer to each. */
export function metaKeysIn({ wanted }: UserTemplates): readonly string[] {
  return metadataForSample(wanted.flatMap(({ files }) => files ?? []));
}

function fragile(when: string): (fault: Finding) => Finding {
  return ({ place, message, hint }) => finding("template_fragile", place, `it cannot be rendered ${when}: ${message}`, hint);
}
