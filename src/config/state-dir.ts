import { isAbsolute, join } from "node:path";
import { type Environment, variable } from "./environment.ts";

/** Where what survives a restart is kept when nothing else is said: one place for root, one for each other user. */
export function defaultStateDir(environment: Environment): string {
  if (environment.uid === 0) return "/var/lib/upstreamd";
  const base = variable(environment, "XDG_STATE_HOME");
  return join(base !== null && isAbsolute(base) ? base : join(environment.home, ".local", "state"), "upstreamd");
}
