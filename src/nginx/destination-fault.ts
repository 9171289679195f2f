import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../support/errors.ts";
import { followLinks } from "./include-tree.ts";

/** Why a destination cannot be used as it is. `not_permitted`: by this user, that is. */
export interface DestinationFault {
  readonly fault: "no_folder" | "main_file" | "not_a_file" | "not_permitted";
  /** The rest of a sentence. */
  readonly because: string;
}

/** Looks whether a file could be placed at a path, without a write; null where it could. `config` is Nginx's main file. */
export function faultOfDestination(path: string, config: string): DestinationFault | null {
  const target = followLinks(path);
  if (target === followLinks(config)) return { fault: "main_file", because: "it is Nginx's main configuration" };
  const folder = dirname(target);
  const [around, standing] = [statOf(folder), statOf(target)];
  if (around === null || !around.isDirectory()) return { fault: "no_folder", because: `there is no folder ${folder}` };
  if (standing !== null && !standing.isFile()) return { fault: "not_a_file", because: "what stands there is no regular file" };
  const because = refusalOf(folder, constants.W_OK | constants.X_OK) ?? (standing === null ? null : refusalOf(target, constants.R_OK));
  return because === null ? null : { fault: "not_permitted", because };
}

/** null also where it cannot be seen, as a folder on the way to it is closed to us. */
function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function refusalOf(path: string, mode: number): string | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
