import { join } from "node:path";

/** What a glob asks of the disk. Names that cannot be read are simply not there, as for Nginx. */
export interface Folders {
  /** The names in a folder, in any order; empty where it cannot be read. */
  list(folder: string): readonly string[];
  exists(path: string): boolean;
}

export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * The paths that an absolute glob stands for, in the order in which Nginx includes them: bytes of the whole path, as its C
 * locale sorts (facts: Included files).
 */
export function expandGlob(pattern: string, disk: Folders): string[] {
  let paths = ["/"];
  for (const part of pattern.split("/").filter((part) => part !== "")) {
    if (!isGlob(part)) paths = paths.map((path) => join(path, part.replaceAll(/\\(.)/g, "$1")));
    else
      paths = paths.flatMap((path) =>
        disk
          .list(path)
          .filter((name) => matchesGlob(part, name))
          .map((name) => join(path, name)),
      );
  }
  return paths.filter((path) => disk.exists(path)).sort(compareBytes);
}

/** Whether a name matches one part of a glob. A leading dot has to be asked for. */
export function matchesGlob(part: string, name: string): boolean {
  if (name.startsWith(".") && !/^\\?\./.test(part)) return false;
  return globPattern(part).test(name);
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function globPattern(part: string): RegExp {
  const source = part.replaceAll(
    /\\(.)|\*+|\?|\[([!^]?)(\]?[^\]]*)\]|[^\\*?[]+|./gs,
    (all: string, escaped?: string, not?: string, set?: string) => {
      if (escaped !== undefined) return escapeRegExp(escaped);
      if (all.startsWith("*")) return ".*";
      if (all === "?") return ".";
      return set === undefined ? escapeRegExp(all) : `[${not === "" ? "" : "^"}${set.replaceAll(/[\\\]^[]/g, "\\$&")}]`;
    },
  );
  return new RegExp(`^${source}$`, "s");
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
