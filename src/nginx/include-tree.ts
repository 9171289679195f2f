import { lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type ConfigurationFile, createConfigurationReader, type Unreadable } from "./configuration-file.ts";
import { compareBytes, expandGlob, type Folders, isGlob, matchesGlob } from "./glob.ts";

/** The user's configuration on disk, as far as includes lead through it. */
export interface IncludeTree extends Folders {
  read(path: string): ConfigurationFile | Unreadable;
  /** The file that a path leads to when every link is followed, also where there is no such file yet. */
  follow(path: string): string;
}

export function createIncludeTree(): IncludeTree {
  return { read: createConfigurationReader(), follow: followLinks, list: listFolder, exists };
}

/** Links to follow before it is taken for a circle, as the kernel does. */
const MAX_LINKS = 40;

/** The file that a path leads to when every link is followed, also where there is no such file yet. */
export function followLinks(path: string, left = MAX_LINKS): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path) === path ? path : left > 0 ? followLinks(dirname(path), left - 1) : dirname(path);
    const link = readLink(path);
    return link === null || left <= 0 ? join(folder, basename(path)) : followLinks(resolve(folder, link), left - 1);
  }
}

/** The directives at the outermost level of a configuration and of what it includes there, in their order. */
export function outermostDirectives(config: string, tree: IncludeTree): ConfigurationFile["outermost"] {
  const seen = new Set<string>();
  const visit = (path: string): ConfigurationFile["outermost"] => {
    const file = tree.read(path);
    if ("because" in file || seen.has(path)) return [];
    seen.add(path);
    const included = file.includes
      .filter(({ inside }) => inside.length === 0)
      .flatMap(({ pattern }) => includedPaths(pattern, dirname(config), tree));
    return [...file.outermost, ...included.flatMap(visit)];
  };
  return visit(config);
}

/**
 * The paths that an include stands for; relative ones belong to the folder of the main file (nginx: ngx_conf_include). With
 * `coming`, links followed, also those that would match once they are there.
 */
export function includedPaths(pattern: string, folder: string, tree: IncludeTree, coming: readonly string[] = []): string[] {
  const full = pattern.startsWith("/") ? pattern : `${folder}/${pattern}`;
  if (!isGlob(full)) return [full];
  return [...new Set([...expandGlob(full, tree), ...newcomers(full, tree, coming)])].sort(compareBytes);
}

function newcomers(full: string, tree: IncludeTree, coming: readonly string[]): string[] {
  const missing = coming.filter((path) => matchesGlob(basename(full), basename(path)) && !tree.exists(path));
  if (missing.length === 0) return [];
  const folders = expandGlob(dirname(full), tree).map((folder) => ({ folder, real: tree.follow(folder) }));
  return missing.flatMap((path) => folders.filter(({ real }) => real === dirname(path)).map(({ folder }) => join(folder, basename(path))));
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether anything has that name, be it a link that leads nowhere. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
