import { closeSync, fsync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

/** The only thing here that is worth waiting for: every promise is a way through the pool of threads, and a change waits for it. */
const synced = promisify(fsync);

/** Replaces a file of ours so that a crash at any instant leaves the old text or the new one, both whole. */
export async function writeFileDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", 0o600);
  try {
    writeFileSync(file, text);
    await synced(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  await syncFolder(dirname(path));
}

/** Makes renames and removals in a folder survive a power loss. */
export async function syncFolder(path: string): Promise<void> {
  const folder = openSync(path, "r");
  try {
    await synced(folder);
  } finally {
    closeSync(folder);
  }
}
