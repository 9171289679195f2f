import type { DiskFile, FileIdentity, PlacedFile } from "./files.ts";
import type { Memory, Verified } from "./memory.ts";
import type { Moment, NginxNow, ProcessId, Worker } from "./nginx-process.ts";

/**
 * Whether Nginx is known to run the file set `hash`, which is on disk: the verified processes still run, or the files are the
 * very ones that we placed and every live worker was started after that.
 */
export function runningIsKnown(memory: Memory, hash: string, nginx: NginxNow, disk: readonly DiskFile[]): boolean {
  const { verified, placed } = memory;
  if (verified !== null && verified.hash === hash && stillRuns(verified, nginx)) return true;
  return nginx.state === "running" && disk.length > 0 && disk.every((file) => isOlderThanAll(file, placed, nginx));
}

/** Whether every live worker is one that was verified. Where the operator wants no verification, that Nginx was told counts. */
export function stillRuns(verified: Verified, nginx: NginxNow): boolean {
  const isSameMaster = nginx.master !== null && isSame(verified.master, nginx.master);
  if (verified.at === null)
    return isSameMaster || verified.master.pid === UNSEEN.pid || nginx.state === "unknown" || nginx.state === "no_workers";
  return (
    nginx.state === "running" &&
    isSameMaster &&
    liveWorkers(nginx).every((worker) => verified.workers.some((other) => isSame(other, worker)))
  );
}

/** The master where none can be seen. */
export const UNSEEN: ProcessId = { pid: 0, startTicks: 0 };

function isSame(a: ProcessId, b: ProcessId): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}

/** The workers that take requests, or soon will. */
export function liveWorkers({ workers }: NginxNow): readonly Worker[] {
  return workers.filter(({ state }) => state !== "shutting_down");
}

/** Whether an Nginx that has no workers yet has only just begun with what was placed: then there is nothing to tell it. */
export function isStartingWith(nginx: NginxNow, placed: readonly PlacedFile[]): boolean {
  const { master, state, at } = nginx;
  return state === "no_workers" && master !== null && placed.every((file) => isYounger(master, file.placedAt, at));
}

/** Whether a file is as we placed it, and every live worker is younger. A destination that we removed is not there. */
function isOlderThanAll({ path, identity }: DiskFile, placed: readonly PlacedFile[], nginx: NginxNow): boolean {
  const ours = placed.find((file) => file.path === path);
  if (identity === null || ours === undefined) return identity === null && ours === undefined;
  return isSameFile(ours.identity, identity) && liveWorkers(nginx).every((worker) => isYounger(worker, ours.placedAt, nginx.at));
}

/** What was placed before this boot is older than every process. */
function isYounger({ startTicks }: ProcessId, { boot, ticks }: Moment, now: Moment): boolean {
  return boot !== now.boot || startTicks > ticks;
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode && a.changedAtNs === b.changedAtNs;
}
