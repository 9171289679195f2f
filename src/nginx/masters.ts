import type { ProcessId } from "../model/nginx-process.ts";
import { type NginxArguments, parseArguments, parseTitle } from "./arguments.ts";
import { listPids, readArguments, readOwnNumber, readStat, readTitle } from "./proc.ts";

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
  const title = readTitle(pid);
  const stat = title.startsWith(TITLE) ? readStat(pid) : null;
  if (stat === null) return null;
  const { number, foreign } = readOwnNumber(pid);
  return { pid, startTicks: stat.startTicks, parent: stat.parent, title, arguments: parseTitle(title), ownNumber: number, foreign };
}

/** Every master on this machine. A child that still has its master's title, because it was only just forked, is none. */
export function listMasters(): Master[] {
  const masters = listPids().flatMap((pid) => readMaster(pid) ?? []);
  return masters.filter(({ parent, title }) => !masters.some((other) => other.pid === parent && other.title === title));
}

/** An Nginx that has no title yet: it reads its configuration, or has no master process at all. */
export interface Untitled {
  readonly pid: number;
  readonly arguments: NginxArguments;
}

/** Every such process on this machine; those that only test, signal or tell their version are none. */
export function listUntitled(): Untitled[] {
  return listPids().flatMap((pid) => {
    const [file = "", ...args] = readArguments(pid);
    const isNginx = /(^|\/)nginx$/.test(file) && !args.some((arg) => /^-[tTsvVh?]/.test(arg));
    return isNginx && !readOwnNumber(pid).foreign ? [{ pid, arguments: parseArguments(args) }] : [];
  });
}
