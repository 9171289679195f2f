import { readlinkSync, renameSync } from "node:fs";
import { lstat, rm, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { DiskFile, Placing } from "../model/files.ts";
import type { Host } from "../model/host.ts";
import type { FileChange } from "../model/plan.ts";
import { UpstreamdError } from "../support/errors.ts";
import { attempt, dotfileOf, readStanding, type StandingFile, syncFolder, writeDotfile } from "./destination-file.ts";
import { followLinks } from "./include-tree.ts";
import { readMoment } from "./proc.ts";

export type Destinations = Pick<Host, "read" | "stage" | "place" | "sync" | "discard" | "restore">;

/** What was replaced, so that it can be put back in its own bytes, with its owner, and behind its link. */
interface Replaced {
  readonly file: StandingFile;
  /** Where the path itself was a symbolic link: what it said. */
  readonly link: string | null;
}

/**
 * The destinations on disk. A file is written beside its place, synced and renamed, so that Nginx meets the old or the new one
 * and nothing between (facts: Included files). All throw DESTINATION where the disk refuses.
 */
export function createDestinations(): Destinations {
  const replaced = new Map<string, Replaced>();
  return {
    read: (paths) => Promise.all(paths.map(readDisk)),
    stage: async (changes) => {
      const staged = await Promise.allSettled(changes.map(stageOne));
      const failed = staged.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
    place: async (changes) => {
      replaced.clear();
      for (const change of changes) await refuseIfMoved(change);
      for (const change of changes) await placeOne(change, replaced);
      return (await Promise.all(changes.map(({ path, after }) => placingOf(path, after)))).flat();
    },
    sync: syncFolders,
    discard: async (paths) => {
      for (const path of paths) await discardBeside(path);
    },
    restore: async (changes) => {
      const back: FileChange[] = [];
      for (const change of [...changes].reverse()) {
        if (await restoreOne(change, replaced.get(change.path))) back.push(change);
      }
      await syncFolders(changes);
      return (await Promise.all(back.map(({ path, before }) => placingOf(path, before)))).flat();
    },
  };
}

async function stageOne({ path, after }: FileChange): Promise<void> {
  if (after !== null) await writeDotfile(path, after, (await readStanding(path))?.ownership ?? null);
}

async function readDisk(path: string): Promise<DiskFile> {
  const file = await readStanding(path);
  return { path, text: file?.bytes.toString("utf8") ?? null, identity: file?.identity ?? null };
}

/** The plan was made for what stood there then. */
async function refuseIfMoved({ path, before }: FileChange): Promise<void> {
  const { text } = await readDisk(path);
  if (text === before) return;
  throw new UpstreamdError(
    "DESTINATION",
    `Cannot replace ${path}: somebody wrote it in this very moment`,
    "It is looked at again by itself.",
  );
}

async function placeOne({ path, after }: FileChange, replaced: Map<string, Replaced>): Promise<void> {
  const file = await readStanding(path);
  if (file !== null) replaced.set(path, { file, link: readLink(path) });
  if (after === null) return removeOne(path);
  const target = followLinks(path);
  await attempt("replace", path, () => renameSync(dotfileOf(target), target));
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** A link goes with its file: left alone it would lead nowhere, and Nginx would refuse to start. */
async function removeOne(path: string): Promise<void> {
  const target = followLinks(path);
  await attempt("remove", path, async () => {
    await rm(path, { force: true });
    await rm(target, { force: true });
  });
  if (dirname(target) !== dirname(path)) await syncFolder(dirname(target)).catch(() => undefined);
}

/** What is not ours stays: somebody wrote it after us, or we never came to write it. Returns whether it was ours. */
async function restoreOne({ path, before, after }: FileChange, replaced: Replaced | undefined): Promise<boolean> {
  const standing = await readStanding(path);
  if ((standing?.bytes.toString("utf8") ?? null) !== after) return false;
  // A link that led nowhere before leads nowhere again.
  if (before === null) await attempt("remove", path, () => rm(followLinks(path), { force: true }));
  else await writeBack(path, before, standing, replaced);
  return true;
}

async function writeBack(path: string, before: string, standing: StandingFile | null, replaced: Replaced | undefined): Promise<void> {
  const kept = replaced?.file.bytes.toString("utf8") === before ? replaced : undefined;
  const bytes = kept?.file.bytes ?? Buffer.from(before);
  if (standing?.bytes.equals(bytes) === true) return;
  if (standing === null && kept?.link != null) await attempt("restore the link", path, () => relink(path, kept.link ?? ""));
  const dotfile = await writeDotfile(path, bytes, standing?.ownership ?? kept?.file.ownership ?? null);
  await attempt("restore", path, () => renameSync(dotfile, followLinks(path)));
}

async function relink(path: string, link: string): Promise<void> {
  if ((await lstat(path).catch(() => null)) === null) await symlink(link, path);
}

async function placingOf(path: string, text: string | null): Promise<Placing[]> {
  const file = text === null ? null : await readStanding(path);
  return file === null ? [] : [{ path, identity: file.identity, placedAt: readMoment() }];
}

async function discardBeside(path: string): Promise<void> {
  for (const target of new Set([path, followLinks(path)])) {
    await attempt("remove what was staged for", path, () => rm(dotfileOf(target), { force: true }).catch(unlessMissing));
  }
}

/** A folder that is a file now has no dotfile of ours either. */
function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOTDIR") throw error;
}

async function syncFolders(changes: readonly FileChange[]): Promise<void> {
  for (const folder of new Set(changes.map(({ path }) => dirname(followLinks(path))))) {
    await attempt("sync the folder of", folder, () => syncFolder(folder));
  }
}
