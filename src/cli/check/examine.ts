import type { Finding } from "../../model/check/findings.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { DiskFile, FileEdits } from "../../model/files.ts";
import { readUpstreams } from "../../model/grammar/upstreams.ts";
import type { Settings } from "../../model/settings.ts";
import type { DefinedUpstream } from "../../model/surroundings/defined-upstreams.ts";
import type { Surroundings } from "../../model/surroundings/surroundings.ts";
import { readSurroundings } from "../../nginx/read-surroundings.ts";
import type { Survey } from "../../nginx/survey.ts";
import type { Candidate } from "../../pipeline/prepare.ts";
import type { Io } from "../io.ts";
import { waitingFor } from "../progress.ts";
import { checkConfiguration } from "./check-configuration.ts";
import { checkForeign } from "./check-destinations.ts";
import { type Tested, untested } from "./check-tests.ts";
import { draftCandidate } from "./draft.ts";
import { checkHost, verificationOf } from "./host-findings.ts";
import { lookAtMachine, type Seen } from "./look.ts";
import type { Examination, HostReport } from "./report.ts";
import { runTests } from "./run-tests.ts";

/** Where what Consul says is taken from. */
export interface Source {
  readonly from: string | null;
  readonly timeoutMs: number;
}

/** Looks at everything that `run` would meet on this machine. Takes no lock, tells nobody, writes nothing but the shadow of its test. */
export async function examine(configuration: Configuration, { from, timeoutMs }: Source, io: Io): Promise<Examination> {
  const seen = await lookAtMachine(configuration);
  const { survey, state, destinations } = seen;
  const premise = { configuration, memory: state.memory, nginx: survey.now, disk: destinations.disk };
  const { candidate, findings: drafting } = await draftCandidate({ ...premise, from, timeoutMs, versions: versionsOf(survey), io });
  const surroundings = surroundingsOf(seen, candidate);
  const tested = await waitingFor("nginx -t", io, () => testDraft(candidate, surroundings, configuration, seen));
  const findings: readonly Finding[] = [
    ...checkHost(configuration.nginx, survey),
    ...state.findings,
    ...destinations.findings,
    ...drafting,
    ...checkForeign(candidate?.foreign ?? [], destinations.usable, configuration.stateDir),
    ...(surroundings === null ? [] : checkAround(surroundings, configuration.settings, seen)),
    ...tested.findings,
  ];
  return { findings, host: hostReport(configuration, survey, tested) };
}

/** The next reload is the running binary's, and the next start that on disk. */
function versionsOf({ now, installation: { build } }: Survey): readonly string[] {
  const onDisk = now.versionFrom === "option" || build === null ? [] : [build.version];
  return [...new Set([now.version, ...onDisk])];
}

/** What Nginx would read with the candidate in place; null where nobody can say which configuration that is. */
function surroundingsOf({ survey, destinations: { usable } }: Seen, candidate: Candidate | null): Surroundings | null {
  const { config, build, arguments: given } = survey.installation;
  if (build === null && !survey.tree.exists(config)) return null;
  const texts = candidate === null ? new Map<string, string | null>() : editsOf(candidate);
  // A file that is not rendered now may be at any time.
  const edits = new Map(usable.map(({ path }) => [path, texts.get(path) ?? ""]));
  const removed = [...texts].filter(([, text]) => text === null);
  return readSurroundings({ config, globals: given.globals, edits: new Map([...removed, ...edits]), tree: survey.tree });
}

/** What is to stand at each destination, also where it stands there already. */
function editsOf({ files, plan }: Candidate): FileEdits {
  return new Map([...plan.files.map(({ path, after }) => [path, after] as const), ...files]);
}

async function testDraft(
  candidate: Candidate | null,
  surroundings: Surroundings | null,
  configuration: Configuration,
  { survey, destinations, paths, obstacle }: Seen,
): Promise<Tested> {
  if (obstacle !== null) return untested(obstacle);
  if (candidate === null) return untested("it cannot be rendered");
  const reached = new Set(surroundings?.inclusions.map(({ destination }) => destination));
  const outside = destinations.usable.flatMap(({ path }) => (reached.has(path) ? [] : [path]));
  const printedBy = new Map(candidate.templates.map(({ source, destination }) => [destination, source]));
  return runTests(editsOf(candidate), { configuration, survey, paths, config: survey.installation.config, outside, printedBy });
}

function checkAround(surroundings: Surroundings, settings: Settings, { survey, destinations: { usable, disk } }: Seen): readonly Finding[] {
  const { version } = survey.now;
  return checkConfiguration({ surroundings, wanted: usable, upstreams: settings.upstreams, rendered: renderedOn(disk, settings), version });
}

/** The upstreams that stand at our outputs now, whoever wrote them. */
function renderedOn(disk: readonly DiskFile[], { outputs }: Settings): readonly DefinedUpstream[] {
  return (["http", "stream"] as const).flatMap((protocol) => {
    const file = disk.find(({ path }) => path === outputs[protocol]);
    const read = readUpstreams(file?.text ?? "", protocol);
    return "upstreams" in read ? read.lines.map(({ name, from }) => ({ name, protocol, file: file?.path ?? "", line: from })) : [];
  });
}

function hostReport({ nginx }: Configuration, { installation, now }: Survey, { strength, because }: Tested): HostReport {
  return {
    nginx: {
      binary: installation.build === null ? null : installation.binary,
      version: now.version,
      version_from: now.versionFrom,
      version_on_disk: installation.build?.version ?? null,
      state: now.state,
      master_pid: now.master?.pid ?? null,
      config: installation.config,
      processes: now.processes,
      process_limit: nginx.processLimit,
    },
    test: strength,
    test_because: because,
    verification: verificationOf(nginx, { now }),
  };
}
