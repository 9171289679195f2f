import { type Finding, finding } from "../../model/check/findings.ts";
import type { Configuration } from "../../model/configuration.ts";
import { problemText } from "../../model/problem.ts";
import { sampleSnapshot } from "../../model/sample.ts";
import type { Settings } from "../../model/settings.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { problemsOf } from "../../model/unsupported.ts";
import type { Candidate } from "../../pipeline/prepare.ts";
import { UpstreamdError } from "../../support/errors.ts";
import type { Io } from "../io.ts";
import { type Premise, prepareOnce } from "../prepare-once.ts";
import { obtainSnapshot } from "../snapshot-source.ts";
import { findingsOf } from "./from-error.ts";

/** What would be put into force, as far as that can be made. */
export interface Draft {
  readonly findings: readonly Finding[];
  /** null where it cannot be rendered. */
  readonly candidate: Candidate | null;
}

export interface DraftRequest extends Omit<Premise, "snapshot"> {
  /** A snapshot instead of Consul. */
  readonly from: string | null;
  readonly timeoutMs: number;
  readonly io: Io;
  /** The versions of Nginx that have to accept it. */
  readonly versions: readonly string[];
}

/**
 * Renders what Consul says, and with sample data in its place where it says nothing. Sample data is rendered in any case: it has an
 * instance in every state, so that a fault of a template shows before Consul has such a one.
 */
export async function draftCandidate({ from, timeoutMs, versions, io, ...premise }: DraftRequest): Promise<Draft> {
  const { configuration } = premise;
  const unsupported = checkSupport(configuration.settings, versions);
  const { snapshot, findings } = await snapshotOrNone(configuration, from, timeoutMs, io);
  if (unsupported.length > 0) return { findings: [...unsupported, ...findings], candidate: null };
  // What a template of the user's own needs of an instance is known from those that there are, where there are any.
  const userTemplates = snapshot === null ? premise.userTemplates : { wanted: [], refused: [] };
  const sample = tryPrepare({ ...premise, userTemplates, snapshot: sampleSnapshot(configuration.settings) });
  const real = snapshot === null ? sample : tryPrepare({ ...premise, snapshot });
  return { findings: [...findings, ...real.findings, ...sample.findings], candidate: real.candidate };
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
    const findings = findingsOf(expected(error)).map((found) => ({ ...found, hint: `${found.hint} Sample data stood in for it here.` }));
    return { snapshot: null, findings };
  }
}

function tryPrepare(premise: Premise): Draft {
  try {
    return { candidate: prepareOnce(premise), findings: [] };
  } catch (error) {
    return { candidate: null, findings: findingsOf(expected(error)) };
  }
}

/** Whatever is no error of the user's is a bug, and ends the command. */
function expected(error: unknown): UpstreamdError {
  if (error instanceof UpstreamdError) return error;
  throw error;
}
