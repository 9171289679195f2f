import { rmSync, statSync } from "node:fs";
import type { Clock } from "../model/clock.ts";
import type { TestVerdict } from "../model/host.ts";
import type { Log } from "../support/log.ts";
import { asArguments, type NginxArguments } from "./arguments.ts";
import type { Build } from "./build.ts";
import type { Run } from "./command.ts";
import { findMaster } from "./find-master.ts";
import type { IncludeTree } from "./include-tree.ts";
import type { Installation } from "./installation.ts";
import { runningBinary } from "./observe.ts";
import { type Judging, judgeTest } from "./test-verdict.ts";

/** What the tests of configurations need. */
export interface TestSite {
  readonly identify: () => Promise<Installation>;
  readonly buildOf: (binary: string) => Promise<Build | null>;
  readonly run: Run;
  readonly tree: IncludeTree;
  readonly destinations: readonly string[];
  /** The one of them whose upstreams belong into `stream`; null: none. */
  readonly streamOutput: string | null;
  readonly stateDir: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** When the binary on disk is no longer the one that runs, both have to accept: the next reload and the next start. */
export async function testConfig(
  installation: Installation,
  site: TestSite,
  judged: Judging,
  config: string = installation.config,
): Promise<TestVerdict> {
  const { binary, build } = installation;
  if (binary === null) return { verdict: "impossible", reason: "no nginx binary was found on the PATH; set nginx.binary" };
  const args = { ...installation.arguments, config };
  const verdict = await testOnce(binary, args, installation, site, judged);
  const found = verdict.verdict === "accepted" ? findMaster(installation) : null;
  if (found?.found !== "master") return verdict;
  const running = await site.buildOf(runningBinary(found.master.pid));
  return running === null || running.text === build?.text
    ? verdict
    : testOnce(runningBinary(found.master.pid), args, installation, site, judged);
}

async function testOnce(
  binary: string,
  args: NginxArguments,
  installation: Installation,
  { run, timeoutMs }: TestSite,
  judged: Judging,
): Promise<TestVerdict> {
  const hadPidFile = sizeOf(installation.pidFile) !== null;
  const ended = await run([binary, "-t", ...asArguments(args)], { timeoutMs });
  // Nginx creates an empty pid file while it tests; where no master runs it would stay.
  if (!hadPidFile && sizeOf(installation.pidFile) === 0 && findMaster(installation).found === "none")
    rmSync(installation.pidFile, { force: true });
  return judgeTest(ended, judged);
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
