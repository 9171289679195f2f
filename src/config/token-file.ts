import { readFile } from "node:fs/promises";
import { messageOf, UpstreamdError } from "../support/errors.ts";

/** Reads an ACL token from a file. Throws `CONFIG_INVALID` where there is none in it; `source` says who named the file. */
export async function readTokenFile(path: string, source: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const message = `Cannot read the token file of ${source}: ${messageOf(error)}`;
    throw new UpstreamdError("CONFIG_INVALID", message, "Name a file that holds the ACL token and that this user may read.");
  });
  return checkedToken(text, `the token file ${path} (${source})`);
}

/** A token as it may stand in a header, without the white space around it. Its text is in no error. */
export function checkedToken(text: string, source: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const found = token === "" ? "nothing in it" : "white space or characters that a header cannot carry";
  throw new UpstreamdError(
    "CONFIG_INVALID",
    `Cannot use the ACL token of ${source}: found ${found}, expected one word.`,
    "Put the token alone there.",
  );
}
