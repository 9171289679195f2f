import type { Clock } from "../model/clock.ts";
import type { NginxSettings } from "../model/configuration.ts";
import type { Host } from "../model/host.ts";
import type { NginxNow, ProcessId } from "../model/nginx-process.ts";
import { UNSEEN } from "../model/running.ts";
import { UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { createBuilds } from "./build.ts";
import { createRun, type Run } from "./command.ts";
import { createDestinations } from "./destinations.ts";
import { followLogs, type LogTail } from "./error-log.ts";
import { createIncludeTree } from "./include-tree.ts";
import { createIdentify, type Installation, isSameFile } from "./installation.ts";
import { observe } from "./observe.ts";
import { blocksHangup } from "./proc.ts";
import { obstacleTo, signal } from "./signal.ts";
import { createTester } from "./tester.ts";
import { watchReload } from "./verify.ts";
import { createThreshold } from "./waiting-command.ts";

export interface HostOptions {
  readonly settings: NginxSettings;
  /** Every path that is ours, whether it is to be there or not. */
  readonly destinations: readonly string[];
  /** The one of them whose upstreams belong into `stream`; null: none. */
  readonly streamOutput: string | null;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long verification may take, besides three times the last test. */
const VERIFY_MS = 10_000;
/** A reload command may stop one master and start another. */
const COMMAND_GRACE_MS = 2_000;

/** One for the whole process: a host that follows another one dismisses what waits for that. */
const THRESHOLD = createThreshold();

/** The real machine: one Nginx, its processes and the destinations on disk. */
export function createHost({ settings, destinations, streamOutput, stateDir, clock, log }: HostOptions): Host {
  const run = createRun(clock, THRESHOLD);
  let lastTest: readonly string[] | null = null;
  const runTest: Run = (argv, limits) => {
    lastTest = argv;
    return run(argv, limits);
  };
  const tree = createIncludeTree();
  const buildOf = createBuilds(run, settings.timeoutMs);
  const identify = createIdentify(settings, buildOf, tree);
  const tester = createTester({
    identify,
    buildOf,
    run: runTest,
    tree,
    destinations,
    streamOutput,
    stateDir,
    timeoutMs: settings.timeoutMs,
    clock,
    log,
  });
  const look = async () => {
    const installation = await identify();
    return { installation, now: await observe({ buildOf, version: settings.version }, installation) };
  };
  // The old log as well as the new: a reload that fails may be told in either, when the log moves with it.
  let logs: readonly string[] = [];
  let tail: LogTail = followLogs([]);
  let wasBusy = false;
  return {
    ...createDestinations(),
    observe: async () => {
      const { installation, now } = await look();
      logs = installation.errorLogs;
      refuseMainFile(installation, destinations);
      return now;
    },
    test: tester.test,
    rest: () => {
      if (lastTest !== null) THRESHOLD.await(lastTest);
    },
    testLive: tester.testLive,
    obstacle: async () => {
      const { installation, now } = await look();
      return obstacleTo(now, installation, settings);
    },
    signal: async () => {
      const { installation, now } = await look();
      logs = [...new Set([...logs, ...installation.errorLogs])];
      tail = followLogs(logs);
      wasBusy = now.master !== null && blocksHangup(now.master.pid);
      return signal(now, installation, settings, run);
    },
    verify: async (before) => {
      if (settings.verify === "none") return { verdict: "verified", ...believedProcesses((await look()).now, before), checked: false };
      const limits = { deadlineMs: VERIFY_MS + 3 * tester.lastMs(), graceMs: settings.reload === "signal" ? 0 : COMMAND_GRACE_MS, wasBusy };
      return watchReload(before, { installation: await identify(), tail, logs, limits, clock });
    },
  };
}

/** To replace it by a part of what it includes would be the end of it, whoever allowed it. */
function refuseMainFile({ config }: Installation, destinations: readonly string[]): void {
  const path = destinations.find((destination) => isSameFile(destination, config));
  if (path === undefined) return;
  throw new UpstreamdError(
    "DESTINATION",
    `Cannot use the destination ${path}: it is Nginx's main configuration`,
    "Name a file that it includes.",
  );
}

/** Without verification, who is there now counts as what was told. A reload command works also where Nginx cannot be seen. */
function believedProcesses(now: NginxNow, before: NginxNow): { master: ProcessId; workers: readonly ProcessId[] } {
  const workers = now.workers.filter(({ state }) => state === "live").map(({ pid, startTicks }) => ({ pid, startTicks }));
  return { master: now.master ?? before.master ?? UNSEEN, workers };
}
