import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "./cleanup.ts";

/** A new empty folder, removed at the end of the test file. */
export function tempFolder(name = "test"): string {
  const folder = mkdtempSync(join(tmpdir(), `upstreamd-${name}-`));
  atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
