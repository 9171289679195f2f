import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** Links to follow before it is taken for a circle, as the kernel does. */
const MAX_LINKS = 40;

/** The file that a path leads to when every link is followed, also where there is no such file yet. */
export async function realPlace(path: string, left = MAX_LINKS): Promise<string> {
  const there = await realpath(path).catch(() => null);
  if (there !== null || dirname(path) === path) return there ?? path;
  const folder = await realPlace(dirname(path), left);
  const link = left > 0 ? await readlink(path).catch(() => null) : null;
  return link === null ? join(folder, basename(path)) : realPlace(resolve(folder, link), left - 1);
}
