import { dirname, resolve } from "node:path";
import { watch } from "chokidar";

/**
 * Calls `changed` when something happens to one of the files: written, replaced, removed, made. Their folders are watched,
 * not they themselves, since every editor and every rename gives a file a new inode. It may miss things (a folder that is
 * made anew, no inotify left): whoever must not miss any looks as well now and then.
 */
export function watchFiles(paths: readonly string[], changed: () => void): { close(): Promise<void> } {
  const watched = new Set(paths.map((path) => resolve(path)));
  const watcher = watch([...new Set(paths.map((path) => dirname(path)))], {
    ignoreInitial: true,
    depth: 0,
    followSymlinks: false,
    atomic: false,
  });
  watcher.on("all", (_event, path) => {
    if (watched.has(resolve(path))) changed();
  });
  watcher.on("error", () => undefined);
  return { close: () => watcher.close() };
}
