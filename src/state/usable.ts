import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "../support/errors.ts";

/** Why this user cannot have its state in a folder, as the rest of a sentence; null where he can. Writes nothing. */
export async function whyUnusable(dir: string): Promise<string | null> {
  try {
    const found = await stat(dir);
    if (!found.isDirectory()) return `${dir} is not a folder`;
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    // It is made when it is needed, and so is what leads to it.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && dirname(dir) !== dir) return whyUnusable(dirname(dir));
    return messageOf(error);
  }
}
