import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { syncFolder } from "./write-file.ts";

/** So many copies are kept; then the oldest go. */
const MOST = 100;

/**
 * Copies a file, byte for byte, into the folder of what others wrote. The name is made of its content: what is tried again and
 * again is kept once.
 */
export async function keepCopy(path: string, folder: string): Promise<void> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (bytes === null) return;
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const name = `${basename(path)}.${createHash("sha256").update(path).update(bytes).digest("hex").slice(0, 16)}`;
  if ((await readdir(folder)).includes(name)) return;
  await writeFile(join(folder, `.${name}`), bytes, { mode: 0o640, flush: true });
  await rename(join(folder, `.${name}`), join(folder, name));
  await removeOldest(folder, name);
  await syncFolder(folder);
}

/** The newest stays whatever its time is: the wall clock may have gone back. */
async function removeOldest(folder: string, newest: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== newest);
  if (names.length < MOST) return;
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  for (const { name } of aged.sort((a, b) => b.at - a.at).slice(MOST - 1)) await rm(join(folder, name), { force: true });
}
