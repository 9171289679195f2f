import { NEWEST_KNOWN } from "../model/capabilities/since.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import type { Build } from "./build.ts";
import { findMaster } from "./find-master.ts";
import type { Installation } from "./installation.ts";
import { readMoment } from "./proc.ts";
import { readChildren } from "./workers.ts";

/** What is needed to look at one Nginx. */
export interface Sight {
  readonly buildOf: (binary: string) => Promise<Build | null>;
  /** The version that the operator named. */
  readonly version: string | null;
}

/** Looks at an Nginx: whether it runs, its version, its processes. Starts at most `nginx -V`, once a binary. */
export async function observe(sight: Sight, installation: Installation): Promise<NginxNow> {
  const [at, found] = [readMoment(), findMaster(installation)];
  if (found.found !== "master") {
    const absent = { ...(await versionOf(sight, installation, null)), at, master: null, workers: [], processes: 0 };
    return found.found === "none"
      ? { state: "stopped", ...absent, reason: null, isHidden: false, isStarting: false }
      : { state: "unknown", ...absent, reason: found.reason, isHidden: found.why === "hidden", isStarting: found.why === "starting" };
  }
  const { pid, startTicks } = found.master;
  const { workers, processes } = readChildren(found.master);
  return {
    state: workers.some(({ state }) => state === "live") ? "running" : "no_workers",
    ...(await versionOf(sight, installation, pid)),
    at,
    master: { pid, startTicks },
    workers,
    processes,
    reason: null,
    isHidden: false,
    isStarting: false,
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
