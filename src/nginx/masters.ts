import type { ProcessId } from "../model/nginx-process.ts";
import { type NginxArguments, parseTitle } from "./arguments.ts";
import { listPids, readOwnNumber, readStat, readTitle } from "./proc.ts";

/** A running master process of some Nginx. */
export interface Master extends ProcessId {
  readonly parent: number;
  readonly title: string;
  readonly arguments: NginxArguments;
  /** Its number in its own pid namespace, as it writes it to its pid file and its log. */
  readonly ownNumber: number;
  /** Whether it lives in another pid namespace than we do: a container, most likely. */
  readonly foreign: boolean;
}

const TITLE = "nginx: master process";

/** The master with this pid; null when that process is anything else. */
export function readMaster(pid: number): Master | null {
  const stat = readStat(pid);
  const title = stat === null ? "" : readTitle(pid);
  if (stat === null || !title.startsWith(TITLE)) return null;
  const { number, foreign } = readOwnNumber(pid);
  return { pid, startTicks: stat.startTicks, parent: stat.parent, title, arguments: parseTitle(title), ownNumber: number, foreign };
}

/** Every master on this machine. A child that still has its master's title, because it was only just forked, is none. */
export function listMasters(): Master[] {
  const masters = listPids().flatMap((pid) => readMaster(pid) ?? []);
  return masters.filter(({ parent, title }) => !masters.some((other) => other.pid === parent && other.title === title));
}
