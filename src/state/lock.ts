import { link, readdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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
    if ((await tryLink(path, me)) || (await takeOver(path, me, what))) {
      await sweep(path);
      return () => releaseLock(path);
    }
  }
  throw new UpstreamdError("LOCKED", `Cannot lock ${what}: ${path} changes hands all the time`, "Start one upstreamd at a time.");
}

/** Gives a lock of this process back; a lock of anybody else stays. */
export async function releaseLock(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.pid === process.pid && holder.start === (await startOf(process.pid))) await unlink(path).catch(() => undefined);
}

/** The living process that holds a lock, for who only looks; null where none does, or that cannot be read. */
export async function holderOf(path: string): Promise<number | null> {
  const holder = await readHolder(path).catch(() => null);
  return holder !== null && (await isAlive(holder)) ? holder.pid : null;
}

/** `link` fails when the name exists, and the file that it names is already complete: a lock is never seen half written. */
async function tryLink(path: string, me: Holder): Promise<boolean> {
  const own = await writeOwn(path, me);
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
 * Replaces the lock of a dead process. Only who holds the lock on doing so may, else two could each find the same dead
 * one and the slower of them replace the living one that the faster became.
 */
async function takeOver(path: string, me: Holder, what: string): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === null) return false;
  if (await isAlive(holder)) throw lockedBy(holder, path, what);
  const release = await takeLock(`${path}.takeover`, what);
  try {
    const left = await readHolder(path);
    if (left === null || (await isAlive(left))) return false;
    await rename(await writeOwn(path, me), path);
    return true;
  } finally {
    await release();
  }
}

/** Removes what processes left that were killed on their way to the lock. */
async function sweep(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    const pid = name.startsWith(prefix) ? /^\d+$/.exec(name.slice(prefix.length))?.[0] : undefined;
    if (pid !== undefined && (await startOf(Number(pid))) === "") await unlink(join(dirname(path), name)).catch(() => undefined);
  }
}

async function writeOwn(path: string, me: Holder): Promise<string> {
  const own = `${path}.${me.pid}`;
  await writeFile(own, JSON.stringify(me), { mode: 0o644 });
  return own;
}

/** Who is taken to hold a lock that cannot be read: nobody alive leaves one. */
const NOBODY: Holder = { pid: 0, start: "" };

/** null where there is no lock. */
async function readHolder(path: string): Promise<Holder | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === "number" && typeof holder.start === "string" ? { pid: holder.pid, start: holder.start } : NOBODY;
  } catch {
    return NOBODY;
  }
}

async function isAlive({ pid, start }: Holder): Promise<boolean> {
  return start !== "" && start === (await startOf(pid));
}

/** Field 22 of `/proc/PID/stat`, after the name in parentheses, which may hold anything; empty when there is no such process. */
async function startOf(pid: number): Promise<string> {
  const [boot, stat] = await Promise.all([readIfThere("/proc/sys/kernel/random/boot_id"), readIfThere(`/proc/${pid}/stat`)]);
  return stat === null ? "" : `${boot?.trim()} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}

/** null only where there is nothing: that a file cannot be read now, for want of descriptors, makes nobody dead. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

function lockedBy(holder: Holder, path: string, what: string): UpstreamdError {
  return new UpstreamdError(
    "LOCKED",
    `Cannot use ${what}: the upstreamd with pid ${holder.pid} holds it (${path})`,
    `Stop that one, or give this one another state_dir and other outputs.`,
  );
}
