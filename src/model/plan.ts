import type { DiskFile, FileSet } from "./files.ts";

export interface FileChange {
  readonly path: string;
  readonly change: "create" | "update" | "remove";
  readonly before: string | null;
  readonly after: string | null;
}

/** What must change on disk. */
export interface Plan {
  readonly files: readonly FileChange[];
}

/** What must change so that the disk holds `desired` and nothing else at the paths that were read. Sorted by path; empty when nothing must. */
export function planFiles(desired: FileSet, disk: readonly DiskFile[]): Plan {
  const before = new Map(disk.map((file) => [file.path, file.text]));
  const paths = [...new Set([...desired.keys(), ...before.keys()])].sort();
  return { files: paths.flatMap((path) => changeOf(path, before.get(path) ?? null, desired.get(path) ?? null)) };
}

function changeOf(path: string, before: string | null, after: string | null): FileChange[] {
  if (before === after) return [];
  if (before === null) return [{ path, change: "create", before, after }];
  return [{ path, change: after === null ? "remove" : "update", before, after }];
}
