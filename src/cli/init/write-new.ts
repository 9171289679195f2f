import { constants, copyFile, link, open, unlink } from "node:fs/promises";

/** Makes a file that is whole or not there, though the disk be full or the process end. Rejects with `EEXIST` where something is there by now. */
export async function writeNew(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  const file = await open(beside, "wx");
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // A rename would replace what somebody made in the meantime; some file systems have no links.
    await link(beside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw error;
      return copyFile(beside, path, constants.COPYFILE_EXCL);
    });
  } finally {
    await unlink(beside);
  }
}
