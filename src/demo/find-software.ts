import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { UpstreamdError } from "../support/errors.ts";

/** Where Debian and the usual builds put what is no user's command. */
const BESIDE_THE_PATH = ["/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin"];

/** The first executable of this name on `path` (colons between the folders) or where servers usually lie; null when there is none. */
export function findSoftware(name: string, path: string): string | null {
  const folders = [...path.split(delimiter), ...BESIDE_THE_PATH].filter((folder) => folder !== "");
  return folders.map((folder) => resolve(folder, name)).find(isExecutable) ?? null;
}

/** Nginx is what it is all about: without one there is nothing to show. */
export function findNginx(path: string): string {
  const found = findSoftware("nginx", path);
  if (found !== null) return found;
  throw new UpstreamdError(
    "NGINX_INVISIBLE",
    "Cannot show anything: no nginx was found on the PATH",
    "Install one (apt-get install nginx), or run npm run demo, which does that first.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
