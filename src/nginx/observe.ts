import { NEWEST_KNOWN } from "../model/capabilities.ts";
import type { Clock } from "../model/clock.ts";
import type { NginxNow, ProcessId } from "../model/nginx-process.ts";
import type { Build } from "./build.ts";
import { findMaster } from "./find-master.ts";
import type { Installation } from "./installation.ts";
import { ageMs, readUptime } from "./proc.ts";
import { readChildren } from "./workers.ts";

/** What is needed to look at one Nginx. */
export interface Sight {
  readonly buildOf: (binary: string) => Promise<Build | null>;
  /** The version that the operator named. */
  readonly version: string | null;
  readonly clock: Clock;
}

/** Looks at an Nginx: whether it runs, its version, its processes. Starts at most `nginx -V`, once a binary. */
export async function observe(sight: Sight, installation: Installation): Promise<NginxNow> {
  const found = findMaster(installation);
  if (found.found !== "master") {
    const version = await versionOf(sight, installation, null);
    const absent = { master: null, masterBornAt: null, workers: [], oldestWorkerBornAt: null, processes: 0 };
    return found.found === "none"
      ? { state: "stopped", ...version, ...absent, reason: null }
      : { state: "unknown", ...version, ...absent, reason: found.reason };
  }
  const { pid, startTicks } = found.master;
  const { workers, processes } = readChildren(found.master);
  const live = workers.filter(({ state }) => state === "live");
  const bornAt = birthTimes(sight.clock);
  return {
    state: live.length > 0 ? "running" : "no_workers",
    ...(await versionOf(sight, installation, pid)),
    master: { pid, startTicks },
    masterBornAt: bornAt(found.master),
    workers,
    oldestWorkerBornAt: live.length > 0 ? Math.min(...live.map(bornAt)) : null,
    processes,
    reason: null,
  };
}

/** The binary that a process was started from, which may be gone from its path by now. */
export function runningBinary(pid: number): string {
  return `/proc/${pid}/exe`;
}

async function versionOf(
  { version, buildOf }: Sight,
  { build }: Installation,
  master: number | null,
): Promise<Pick<NginxNow, "version" | "versionFrom">> {
  if (version !== null) return { version, versionFrom: "option" };
  const running = master === null ? null : await buildOf(runningBinary(master));
  if (running !== null) return { version: running.version, versionFrom: "master" };
  return build === null ? { version: NEWEST_KNOWN, versionFrom: "newest" } : { version: build.version, versionFrom: "binary" };
}

/** Milliseconds since the epoch at which processes were born: the wall's time now, less their age. */
function birthTimes(clock: Clock): (process: ProcessId) => number {
  const [uptime, now] = [readUptime(), Date.parse(clock.wall())];
  return (process) => Math.round(now - ageMs(process, uptime));
}
