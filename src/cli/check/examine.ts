import type { Finding } from "../../model/check/findings.ts";
import type { Wanted } from "../../model/check/inclusions.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { DiskFile, FileEdits } from "../../model/files.ts";
import { readUpstreams } from "../../model/grammar/upstreams.ts";
import type { Settings } from "../../model/settings.ts";
import type { DefinedUpstream } from "../../model/surroundings/defined-upstreams.ts";
import type { Surroundings } from "../../model/surroundings/surroundings.ts";
import { readSurroundings } from "../../nginx/read-surroundings.ts";
import { type Survey, surveyNginx } from "../../nginx/survey.ts";
import { type Candidate, destinationsOf } from "../../pipeline/prepare.ts";
import { systemClock } from "../../support/clock.ts";
import { checkConfiguration } from "./check-configuration.ts";
import { checkDestinations, checkForeign } from "./check-destinations.ts";
import { checkState } from "./check-state.ts";
import { type Tested, untested } from "./check-tests.ts";
import { type Draft, draftCandidate } from "./draft.ts";
import { checkHost, verificationOf } from "./host-findings.ts";
import type { Examination, HostReport } from "./report.ts";
import { runTests } from "./run-tests.ts";

/** Where what Consul says is taken from. */
export interface Source {
  readonly from: string | null;
  readonly timeoutMs: number;
}

/** Looks at everything that `run` would meet on this machine. Takes no lock, tells nobody, writes nothing but the shadow of its test. */
export async function examine(configuration: Configuration, source: Source): Promise<Examination> {
  const { settings, nginx, stateDir } = configuration;
  const wanted = wantedOf(settings);
  const survey = await surveyNginx(nginx, systemClock);
  const state = await checkState(
    stateDir,
    wanted.map(({ path }) => path),
  );
  const paths = destinationsOf(settings.outputs, state.memory);
  const destinations = await checkDestinations(wanted, paths, {
    config: survey.installation.config,
    isHere: survey.installation.build !== null,
  });
  const premise = { configuration, memory: state.memory, nginx: survey.now, disk: destinations.disk };
  const draft = await draftCandidate({ ...premise, ...source, versions: versionsOf(survey) });
  const surroundings = surroundingsOf(survey, wanted, draft.candidate);
  const tested = await testDraft(draft, { configuration, paths, survey, surroundings, wanted, canTest: state.isUsable });
  const rendered = renderedOn(destinations.disk, settings);
  const rules =
    surroundings === null
      ? []
      : checkConfiguration({ surroundings, wanted, upstreams: settings.upstreams, rendered, version: survey.now.version });
  const findings: readonly Finding[] = [
    ...checkHost(nginx, survey),
    ...state.findings,
    ...destinations.findings,
    ...draft.findings,
    ...checkForeign(draft.candidate?.foreign ?? [], wanted, stateDir),
    ...rules,
    ...tested.findings,
  ];
  return { findings, host: hostReport(configuration, survey, tested) };
}

/** The files that the configuration has something for. */
function wantedOf({ upstreams, outputs }: Settings): readonly Wanted[] {
  return (["http", "stream"] as const).flatMap((block): readonly Wanted[] => {
    const path = outputs[block];
    return path === null || !upstreams.some(({ protocol }) => protocol === block) ? [] : [{ path, setting: `output.${block}`, block }];
  });
}

/** The next reload is the running binary's, and the next start that on disk. */
function versionsOf({ now, installation: { build } }: Survey): readonly string[] {
  const onDisk = now.versionFrom === "option" || build === null ? [] : [build.version];
  return [...new Set([now.version, ...onDisk])];
}

/** What Nginx would read with the candidate in place; null where nobody can say which configuration that is. */
function surroundingsOf({ installation, tree }: Survey, wanted: readonly Wanted[], candidate: Candidate | null): Surroundings | null {
  const { config, build, arguments: given } = installation;
  if (build === null && !tree.exists(config)) return null;
  const empty = wanted.map(({ path }) => [path, ""] as const);
  return readSurroundings({
    config,
    globals: given.globals,
    edits: new Map([...empty, ...(candidate === null ? [] : editsOf(candidate))]),
    tree,
  });
}

/** What is to stand at each destination, also where it stands there already. */
function editsOf({ files, plan }: Candidate): FileEdits {
  return new Map([...plan.files.map(({ path, after }) => [path, after] as const), ...files]);
}

interface TestFacts {
  readonly configuration: Configuration;
  readonly paths: readonly string[];
  readonly survey: Survey;
  readonly surroundings: Surroundings | null;
  readonly wanted: readonly Wanted[];
  readonly canTest: boolean;
}

async function testDraft({ candidate }: Draft, facts: TestFacts): Promise<Tested> {
  const { survey, surroundings, wanted } = facts;
  if (survey.installation.build === null) return untested("there is no nginx binary");
  if (candidate === null) return untested("it cannot be rendered");
  if (!facts.canTest) return untested("the state folder cannot be used");
  const reached = new Set(surroundings?.inclusions.map(({ destination }) => destination));
  const outside = wanted.flatMap(({ path }) => (reached.has(path) ? [] : [path]));
  return runTests(editsOf(candidate), { ...facts, config: survey.installation.config, outside });
}

/** The upstreams that stand at our destinations now, whoever wrote them. */
function renderedOn(disk: readonly DiskFile[], { outputs }: Settings): readonly DefinedUpstream[] {
  return disk.flatMap(({ path, text }) => {
    const protocol = path === outputs.stream ? "stream" : "http";
    const read = readUpstreams(text ?? "", protocol);
    return "upstreams" in read ? read.lines.map(({ name, from }) => ({ name, protocol, file: path, line: from })) : [];
  });
}

function hostReport({ nginx }: Configuration, survey: Survey, { strength, because }: Tested): HostReport {
  const { installation, now } = survey;
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
    verification: verificationOf(nginx, survey),
  };
}
