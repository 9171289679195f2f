import { closeSync, constants, fchmodSync, fchownSync, fstatSync, fsync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { FileIdentity } from "../model/files.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { followLinks } from "./include-tree.ts";

/** Who a file belongs to and who may use it. */
export interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A file as it stands, in its own bytes. */
export interface StandingFile {
  readonly bytes: Buffer;
  readonly ownership: Ownership;
  readonly identity: FileIdentity;
}

/**
 * Reads a file and its identity at one moment, without waiting for promises: it is on the way of each change. null where there is none. Throws DESTINATION
 * where it cannot be read.
 */
export async function readStanding(path: string): Promise<StandingFile | null> {
  return attempt("read", path, () => {
    const file = openIfThere(path);
    if (file === null) return null;
    try {
      if (!fstatSync(file).isFile()) throw Object.assign(new Error("EISDIR: it is not a regular file"), { code: "EISDIR" });
      const bytes = readFileSync(file);
      const { dev, ino, ctimeNs, mode, uid, gid } = fstatSync(file, { bigint: true });
      const identity = { device: String(dev), inode: String(ino), changedAtNs: String(ctimeNs) };
      return { bytes, identity, ownership: { mode: Number(mode) & 0o7777, uid: Number(uid), gid: Number(gid) } };
    } finally {
      closeSync(file);
    }
  });
}

/** The only thing here that is waited for: a change should not have to go through the pool of threads for anything else. */
const synced = promisify(fsync);

/** Writes and syncs the dotfile that is to be renamed over `target`. Throws DESTINATION where the disk refuses; then nothing is left. */
export async function writeDotfile(path: string, content: string | Buffer, ownership: Ownership | null): Promise<string> {
  const dotfile = dotfileOf(followLinks(path));
  return attempt("write", path, async () => {
    rmSync(dotfile, { force: true });
    const file = openSync(dotfile, "wx", 0o600);
    try {
      writeFileSync(file, content);
      take(file, ownership);
      await synced(file);
    } catch (error) {
      rmSync(dotfile, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    return dotfile;
  });
}

/** Makes renames and removals in a folder last over a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = openSync(folder, "r");
  try {
    await synced(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * A name beside the file that no usual `include` matches: it begins with a dot. Always the same, so that a later process finds
 * what a killed one left; who writes here holds the lock of the destination.
 */
export function dotfileOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.upstreamd-new`);
}

/** Says of whatever the disk refuses which destination it was, and what helps. */
export async function attempt<T>(doing: string, path: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UpstreamdError(
      "DESTINATION",
      `Cannot ${doing} ${path}: ${messageOf(error)}`,
      HINTS[code] ?? "Look at the file and its folder.",
    );
  }
}

/** The owner before the mode: a change of owner clears bits of it. */
function take(file: number, ownership: Ownership | null): void {
  if (ownership !== null) {
    const { uid, gid } = fstatSync(file);
    if (uid !== ownership.uid || gid !== ownership.gid) fchownSync(file, ownership.uid, ownership.gid);
  }
  fchmodSync(file, ownership?.mode ?? 0o644);
}

/** Without waiting, or a pipe at a destination would hold us for ever. */
function openIfThere(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "Make room on that file system.",
  EDQUOT: "Raise the quota of the user that runs upstreamd.",
  EROFS: "Mount it read-write, or choose another destination.",
  EACCES: "Run upstreamd as a user that may write in that folder.",
  EPERM: "Run upstreamd as root, or give it the file (chown) so that its owner can be kept.",
  ENOENT: "Make its folder first; upstreamd makes none.",
  ENOTDIR: "One of its folders is a file: choose another destination.",
  EISDIR: "It is a folder, a pipe or a device: choose the name of a file.",
  EBUSY: "It is mounted by itself (a container's file mount): mount its folder instead.",
  ELOOP: "Its symbolic links lead in a circle.",
};
