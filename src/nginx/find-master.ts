import { statSync } from "node:fs";
import { configOf, type Installation, isSameFile, readPidFile } from "./installation.ts";
import { listMasters, listUntitled, type Master, readMaster } from "./masters.ts";
import { isProcHidden } from "./proc.ts";

/** The master of one Nginx; `none`: it certainly does not run; `unknown`: that cannot be told, and why. */
export type FoundMaster =
  | { readonly found: "master"; readonly master: Master }
  | { readonly found: "none" }
  | { readonly found: "unknown"; readonly reason: string; readonly why: "hidden" | "starting" | "stranger" };

/**
 * Finds the master of this Nginx: the pid file names it and its title does not contradict, else one that was started with the same
 * configuration. A number in a file is never believed by itself (facts: Reload and what proves it).
 */
export function findMaster(installation: Installation): FoundMaster {
  const number = readPidFile(installation.pidFile);
  const named = number === null ? null : readMaster(number);
  if (named !== null && (isOurs(named, installation) || cannotTell(named, installation))) return { found: "master", master: named };
  const others = listMasters().filter(
    (master) => master.pid !== named?.pid && isOurs(master, installation) && seesOurConfig(master, installation),
  );
  const [other] = [...others.filter(({ ownNumber }) => ownNumber === number), ...others];
  if (other !== undefined) return { found: "master", master: other };
  return whyNone(number, named, installation);
}

/** The pid file of the binary that is being replaced (`kill -USR2`), while that one still runs; else null. */
export function upgradeInProgress({ pidFile }: Installation): string | null {
  const path = `${pidFile}.oldbin`;
  const number = readPidFile(path);
  return number !== null && readMaster(number) !== null ? path : null;
}

function whyNone(number: number | null, named: Master | null, installation: Installation): FoundMaster {
  const { pidFile, config } = installation;
  if (named !== null)
    return {
      found: "unknown",
      why: "stranger",
      reason: `${pidFile} names process ${named.pid}, which is the master of another Nginx (${named.title}), not of the one with ${config}`,
    };
  if (isProcHidden())
    return {
      found: "unknown",
      why: "hidden",
      reason: "the processes of other users are hidden from us (/proc is mounted with hidepid)",
    };
  const untitled = listUntitled().find((process) => process.pid === number || isOurs(process, installation));
  if (untitled !== undefined) {
    return {
      found: "unknown",
      why: "starting",
      reason: `process ${untitled.pid} is an Nginx without a master: it is only just starting, or runs with "master_process off"`,
    };
  }
  return { found: "none" };
}

function isOurs(master: Pick<Master, "arguments">, { build, config }: Installation): boolean {
  return isSameFile(configOf(master.arguments, build), config);
}

/** Its title does not say which configuration it reads, and without a binary there is no knowing the default. */
function cannotTell({ arguments: { config, prefix } }: Master, { build }: Installation): boolean {
  return build === null && config === null && prefix === null;
}

/** A container may run an Nginx with the same path for a configuration that is another file. */
function seesOurConfig({ pid, foreign }: Master, { config }: Installation): boolean {
  try {
    const [theirs, ours] = [statSync(`/proc/${pid}/root${config}`), statSync(config)];
    return theirs.dev === ours.dev && theirs.ino === ours.ino;
  } catch {
    return !foreign;
  }
}
