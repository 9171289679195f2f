import { dirname } from "node:path";
import { readConfiguration } from "../../src/nginx/configuration-file.ts";
import type { IncludeTree } from "../../src/nginx/include-tree.ts";

/** Files by their absolute path, as the reader of includes sees those on disk; there are no links among them. */
export function treeOf(files: Readonly<Record<string, string>>): IncludeTree {
  const paths = Object.keys(files);
  return {
    read: (path) =>
      files[path] === undefined ? { missing: true, because: "ENOENT: there is no such file" } : readConfiguration(files[path]),
    follow: (path) => path,
    list: (folder) => [
      ...new Set(paths.flatMap((path) => (path.startsWith(`${folder === "/" ? "" : folder}/`) ? [partBelow(folder, path)] : []))),
    ],
    exists: (path) =>
      paths.some((other) => other === path || other.startsWith(`${path}/`)) || paths.some((other) => dirname(other) === path),
  };
}

function partBelow(folder: string, path: string): string {
  return path.slice(folder === "/" ? 1 : folder.length + 1).split("/")[0] ?? "";
}
