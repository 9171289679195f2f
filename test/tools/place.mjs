import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./places.mjs";

/**
 * Fills `place.folder` through `make(folder)` in one move: whoever finds the binary finds all of it, and of two that
 * install at once the first to finish wins.
 */
export async function place({ folder, binary }, make) {
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, ".draft-"));
  try {
    await make(draft);
    await chmod(draft, 0o755);
    if (existsSync(binary)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder).catch((error) => {
      if (!existsSync(binary)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
