import { createHash } from "node:crypto";
import type { FileSet } from "./files.ts";

/** The SHA-256 of a text, in hexadecimal. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The hash of a whole file set; the order of its paths does not matter. */
export function hashFiles(files: FileSet): string {
  return hashText(JSON.stringify([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
}
