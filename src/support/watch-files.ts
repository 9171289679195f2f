import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { watch } from "chokidar";
import { systemClock } from "./clock.ts";

/** How long the files must have been the same before it is said that they are others: who writes in place does it bit by bit. */
const SETTLED_MS = 150;
/** Files that never come to rest are taken as they are all the same. */
const LATEST_MS = 1_500;
/** Some things are never heard of: a folder that is made anew, a link that leads elsewhere, no inotify left. */
const LOOK_EVERY_MS = 5_000;

/**
 * Calls `changed` when the content of one of the files has become another, by whatever way: written, replaced, removed, made, or
 * reached through a link that was turned. The folders of every link on the way are watched, not the files, since every editor gives
 * a file a new inode; and now and then it is looked without being told.
 */
export function watchFiles(paths: readonly string[], changed: () => void): { close(): Promise<void> } {
  const ending = new AbortController();
  const watched = new Set(foldersOf(paths));
  let known = contentOf(paths);
  let isSettling = false;
  const watcher = watch([...watched], { ignoreInitial: true, depth: 0, followSymlinks: false, atomic: false });
  const look = (): void => {
    if (isSettling || contentOf(paths) === known) return;
    isSettling = true;
    void settle();
  };
  const settle = async (): Promise<void> => {
    const settled = await settledContent(paths, ending.signal);
    isSettling = false;
    if (ending.signal.aborted || settled === known) return;
    known = settled;
    follow();
    changed();
  };
  const follow = (): void => {
    const added = foldersOf(paths).filter((folder) => !watched.has(folder));
    for (const folder of added) watched.add(folder);
    if (added.length > 0) watcher.add(added);
  };
  const lookNowAndThen = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await systemClock.sleep(LOOK_EVERY_MS, ending.signal);
      if (!ending.signal.aborted) {
        follow();
        look();
      }
    }
  };
  watcher.on("all", look);
  // Where nothing can be watched, it is still looked.
  watcher.on("error", () => undefined);
  void lookNowAndThen();
  return {
    close: async () => {
      ending.abort();
      await watcher.close();
    },
  };
}

/** What stands at the paths once it has been the same for a while, or will not be. */
async function settledContent(paths: readonly string[], signal: AbortSignal): Promise<string> {
  let now = contentOf(paths);
  for (let waited = 0; waited < LATEST_MS && !signal.aborted; waited += SETTLED_MS) {
    await systemClock.sleep(SETTLED_MS, signal);
    const before = now;
    now = contentOf(paths);
    if (now === before) break;
  }
  return now;
}

/** What stands at the paths, as one text; what cannot be read counts by its reason. */
function contentOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\0`).update(bytesOf(path)).update("\0");
  return hash.digest("hex");
}

function bytesOf(path: string): Buffer | string {
  try {
    return lstatSync(path).isFIFO() ? "a pipe" : readFileSync(path);
  } catch (error) {
    return `not there: ${(error as NodeJS.ErrnoException).code}`;
  }
}

/** The folders in which a change of name can lead a path elsewhere: its own, and that of every link on the way. */
function foldersOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => foldersOn(resolve(path), MAX_LINKS)))];
}

/** Links to follow before it is taken for a circle, as the kernel does. */
const MAX_LINKS = 40;

function foldersOn(path: string, left: number): readonly string[] {
  const parts = path.split(sep);
  for (let i = 1; i < parts.length; i++) {
    const part = parts.slice(0, i + 1).join(sep);
    const link = linkAt(part);
    if (link === null || left === 0) continue;
    return [dirname(part), ...foldersOn(join(resolve(dirname(part), link), ...parts.slice(i + 1)), left - 1)];
  }
  return [dirname(path)];
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
