import type { DiskFile, FileIdentity, PlacedFile } from "./files.ts";
import type { Memory, Verified } from "./memory.ts";
import type { NginxNow, ProcessId } from "./nginx-process.ts";

/** Birth times are good to about 20 ms; a worker this close to a file may have been started before it. */
const MARGIN_MS = 50;

/**
 * Whether Nginx is known to run the file set `hash`, which is on disk: every live worker is one that was verified with it,
 * or the files are the very ones that we placed and every live worker, and the configuration its master holds, is younger
 * (design, section 4: "Running is known").
 */
export function runningIsKnown(memory: Memory, hash: string, nginx: NginxNow, disk: readonly DiskFile[]): boolean {
  if (nginx.state !== "running" || nginx.master === null) return false;
  const verified = memory.verified?.hash === hash ? memory.verified : null;
  const live = nginx.workers.filter((worker) => worker.state !== "shutting_down");
  if (
    verified !== null &&
    isSame(verified.master, nginx.master) &&
    (isUnchecked(verified) || live.every((worker) => isOneOf(worker, verified.workers)))
  )
    return true;
  const placedAt = placedUntouchedSince(memory.placed, disk);
  if (placedAt === null || (nginx.oldestWorkerBornAt ?? 0) < placedAt + MARGIN_MS) return false;
  return verified !== null || (nginx.masterBornAt ?? 0) >= placedAt + MARGIN_MS;
}

/** Where the operator wants no verification, that the master was told counts. */
function isUnchecked({ at }: Verified): boolean {
  return at === null;
}

function isOneOf(process: ProcessId, others: readonly ProcessId[]): boolean {
  return others.some((other) => isSame(other, process));
}

export function isSame(a: ProcessId, b: ProcessId): boolean {
  return a.pid === b.pid && a.startTicks === b.startTicks;
}

/** When the youngest of the files was placed (milliseconds since the epoch), or null unless every one is as we placed it. */
function placedUntouchedSince(placed: readonly PlacedFile[], disk: readonly DiskFile[]): number | null {
  const untouched = disk.every(({ path, identity }) => {
    const ours = placed.find((file) => file.path === path)?.identity;
    return identity === null ? ours === undefined : ours !== undefined && isSameFile(ours, identity);
  });
  if (!untouched || disk.length === 0) return null;
  return Math.max(0, ...disk.map(({ identity }) => Number(BigInt(identity?.changedAtNs ?? "0") / 1_000_000n)));
}

function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode && a.changedAtNs === b.changedAtNs;
}
