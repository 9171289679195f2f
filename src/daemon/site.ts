import { basename, dirname, join } from "node:path";
import type { Clock } from "../model/clock.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Journal } from "../model/host.ts";
import { EMPTY_MEMORY, type Memory } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { createHost } from "../nginx/host.ts";
import type { World } from "../pipeline/apply.ts";
import { refuseUnsupported } from "../pipeline/gate.ts";
import { destinationsOf } from "../pipeline/prepare.ts";
import { releaseLock, takeLock } from "../state/lock.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";

/** The Nginx and the destinations of one configuration, locked for us. */
export interface Site {
  readonly configuration: Configuration;
  readonly destinations: readonly string[];
  readonly world: World;
  /** Gives the locks back, but for those that `successor` goes on with. */
  close(successor?: Site): Promise<void>;
}

export interface SiteParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the site of a configuration: locks its destinations, finds its Nginx, and refuses what cannot be worked with there.
 * Throws with everything given back. Locks that `predecessor` holds are gone on with.
 */
export async function openSite(configuration: Configuration, memory: Memory, parts: SiteParts, predecessor?: Site): Promise<Site> {
  const destinations = destinationsOf(configuration.settings, memory);
  const locked: string[] = [];
  const close = async (other?: Site) => {
    for (const path of locked) if (other?.destinations.includes(path) !== true) await releaseLock(lockOf(path));
  };
  try {
    const { nginx, settings, stateDir } = configuration;
    const wanted = destinationsOf(settings, EMPTY_MEMORY);
    for (const path of destinations) {
      const isWanted = wanted.includes(path);
      if (predecessor?.destinations.includes(path) === true || (await lockDestination(path, isWanted))) locked.push(path);
    }
    const host = createHost({
      settings: nginx,
      destinations,
      streamOutput: settings.outputs.stream,
      stateDir,
      clock: parts.clock,
      log: parts.log,
    });
    const now = await host.observe();
    refuseHidden(now, configuration);
    refuseUnsupported(settings, now.version);
    return { configuration, destinations, world: { host, journal: parts.journal, clock: parts.clock }, close };
  } catch (error) {
    await close(predecessor);
    throw error;
  }
}

/** A dotfile beside the destination, where no include looks, so that whoever has another state folder meets it too. */
export function lockOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.upstreamd-lock`);
}

/** false: it is only remembered, and its folder is gone, so that there is nothing to lock. */
async function lockDestination(path: string, isWanted: boolean): Promise<boolean> {
  try {
    await takeLock(lockOf(path), `the destination ${path}`);
    return true;
  } catch (error) {
    if (error instanceof UpstreamdError) throw error;
    if (!isWanted && (error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new UpstreamdError(
      "DESTINATION",
      `Cannot use the destination ${path}: ${messageOf(error)}`,
      "Make its folder and let this user write to it; upstreamd makes no folders.",
    );
  }
}

/** Where workers can never be seen, no reload is ever verified; that is for the operator to decide on, not to roll back for. */
function refuseHidden({ isHidden, reason }: NginxNow, { nginx }: Configuration): void {
  if (!isHidden || nginx.verify === "none" || nginx.reload === "none") return;
  throw new UpstreamdError(
    "NGINX_INVISIBLE",
    `Cannot verify what Nginx runs: ${reason}`,
    "Run upstreamd as a user that sees Nginx's processes, or set nginx.verify: none with nginx.reload as a command, or nginx.reload: none.",
  );
}
