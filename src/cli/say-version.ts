import type { NginxNow } from "../model/nginx-process.ts";
import type { Io } from "./io.ts";

/** Says for which version is rendered where none could be found out: the text depends on it. */
export function sayVersion({ version, versionFrom }: NginxNow, io: Io): void {
  if (versionFrom === "newest") io.stderr.write(`no Nginx was found here; rendering for ${version} (--nginx-version names another)\n`);
}
