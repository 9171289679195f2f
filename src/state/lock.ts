import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { UpstreamdError } from "../support/errors.ts";

/** A process that holds a lock; a later process with the same pid has another start. */
interface Holder {
  readonly pid: number;
  /** Boot id and start ticks. */
  readonly start: string;
}

/**
 * Takes the lock at `path` for this process, or throws LOCKED with the pid that holds it. What a killed process left is
 * taken over: the holder is dead when no process has both its pid and its start. Returns the release.
 */
export async function takeLock(path: string, what: string): Promise<() => Promise<void>> {
  const me: Holder = { pid: process.pid, start: await startOf(process.pid) };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await tryLink(path, me)) return () => releaseLock(path);
    const holder = await readHolder(path);
    if (holder !== null && holder.start === (await startOf(holder.pid))) throw lockedBy(holder, path, what);
    await removeStale(path, holder);
  }
  throw new UpstreamdError("LOCKED", `Cannot lock ${what}: ${path} changes hands all the time`, "start one upstreamd at a time");
}

/** Gives a lock of this process back; a lock of anybody else stays. */
export async function releaseLock(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder !== null && holder.pid === process.pid && holder.start === (await startOf(process.pid))) await unlink(path).catch(() => undefined);
}

/** `link` fails when the name exists, and the file that it names is already complete: a lock is never seen half written. */
async function tryLink(path: string, me: Holder): Promise<boolean> {
  const own = `${path}.${me.pid}`;
  await writeFile(own, JSON.stringify(me), { mode: 0o644 });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await unlink(own);
  }
}

/**
 * Moves a stale lock away under a name of our own, then looks at what was moved: if somebody took the lock over in the
 * meantime it is his, and goes back.
 */
async function removeStale(path: string, stale: Holder | null): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  if (JSON.stringify(moved) !== JSON.stringify(stale)) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}


async function readHolder(path: string): Promise<Holder | null> {
  try {
    const holder = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
    return typeof holder.pid === "number" && typeof holder.start === "string" ? { pid: holder.pid, start: holder.start } : null;
  } catch {
    return null;
  }
}

/** Field 22 of `/proc/PID/stat`, after the name in parentheses, which may hold anything; empty when there is no such process. */
async function startOf(pid: number): Promise<string> {
  try {
    const [boot, stat] = await Promise.all([readFile("/proc/sys/kernel/random/boot_id", "utf8"), readFile(`/proc/${pid}/stat`, "utf8")]);
    return `${boot.trim()} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return "";
  }
}

function lockedBy(holder: Holder, path: string, what: string): UpstreamdError {
  return new UpstreamdError("LOCKED", `Cannot use ${what}: the upstreamd with pid ${holder.pid} holds it (${path})`, `stop that one, or give this one another state_dir and other outputs`);
}
