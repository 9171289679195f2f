import { type Finding, finding } from "../../model/check/findings.ts";
import type { Configuration } from "../../model/configuration.ts";
import { problemText } from "../../model/problem.ts";
import { sampleSnapshot } from "../../model/sample.ts";
import type { Settings } from "../../model/settings.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { problemsOf } from "../../model/unsupported.ts";
import type { Candidate } from "../../pipeline/prepare.ts";
import { loadUserTemplates } from "../../render/load-user-templates.ts";
import type { UserTemplates } from "../../render/user-templates.ts";
import type { Io } from "../io.ts";
import type { Premise } from "../prepare-once.ts";
import { obtainSnapshot } from "../snapshot-source.ts";
import { checkTemplates, metaKeysIn, rendered } from "./check-templates.ts";
import { findingsOf, userError } from "./from-error.ts";

/** What would be put into force, as far as that can be made. */
export interface Draft {
  readonly findings: readonly Finding[];
  /** null where it cannot be rendered. */
  readonly candidate: Candidate | null;
}

export interface DraftRequest extends Omit<Premise, "snapshot" | "userTemplates"> {
  /** A snapshot instead of Consul. */
  readonly from: string | null;
  readonly timeoutMs: number;
  readonly io: Io;
  /** The versions of Nginx that have to accept it. */
  readonly versions: readonly string[];
}

/** Renders what Consul says, and sample data in its place where it says nothing; a fault of a template shows in either case. */
export async function draftCandidate({ from, timeoutMs, versions, io, ...premise }: DraftRequest): Promise<Draft> {
  const { settings } = premise.configuration;
  const unsupported = checkSupport(settings, versions);
  const { snapshot, findings } = await snapshotOrNone(premise.configuration, from, timeoutMs, io);
  if (unsupported.length > 0) return { findings: [...unsupported, ...findings], candidate: null };
  const userTemplates: UserTemplates = { wanted: loadUserTemplates(settings.templates), refused: [] };
  const standing = { ...premise, userTemplates };
  const real = rendered({ ...standing, snapshot: snapshot ?? sampleSnapshot(settings, metaKeysIn(userTemplates)) });
  return { findings: [...findings, ...real.findings, ...checkTemplates(standing, real.findings)], candidate: real.candidate };
}

/** Everything that one of the versions lacks, each once. */
function checkSupport({ upstreams }: Settings, versions: readonly string[]): readonly Finding[] {
  return upstreams.flatMap((upstream) =>
    versions.flatMap((version) =>
      problemsOf(upstream, version).map((problem) =>
        finding(
          "unsupported",
          upstream.writtenAt ?? `upstream ${upstream.name}`,
          `upstream ${upstream.name} cannot be rendered for Nginx ${version}: ${problemText(problem)}`,
          "Change what is named, or use a version of Nginx that has it.",
        ),
      ),
    ),
  );
}

async function snapshotOrNone(
  configuration: Configuration,
  from: string | null,
  timeoutMs: number,
  io: Io,
): Promise<{ readonly snapshot: Snapshot | null; readonly findings: readonly Finding[] }> {
  try {
    return { snapshot: await obtainSnapshot(configuration, from, timeoutMs, io), findings: [] };
  } catch (error) {
    const findings = findingsOf(userError(error)).map((found) => ({ ...found, hint: `${found.hint} Sample data stood in for it here.` }));
    return { snapshot: null, findings };
  }
}
