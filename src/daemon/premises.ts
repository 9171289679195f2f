import { basename, dirname, join } from "node:path";
import type { Clock } from "../model/clock.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Memory } from "../model/memory.ts";
import { createHost } from "../nginx/host.ts";
import type { World } from "../pipeline/deploy.ts";
import { refuseUnsupported } from "../pipeline/gate.ts";
import { destinationsOf } from "../pipeline/prepare.ts";
import { releaseLock, takeLock } from "../state/lock.ts";
import type { Store } from "../state/store.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";

/** The Nginx and the destinations of one configuration, locked for us. */
export interface Premises {
  readonly configuration: Configuration;
  readonly destinations: readonly string[];
  readonly world: World;
  /** Gives the locks back, but for those that `successor` holds as well. */
  leave(successor?: Premises): Promise<void>;
}

/**
 * Moves into the premises of a configuration: locks its destinations, finds its Nginx, and refuses what that version does
 * not have. Throws with everything given back. Locks that `predecessor` holds are taken over.
 */
export async function moveIn(
  configuration: Configuration,
  store: Pick<Store, "journal">,
  memory: Memory,
  clock: Clock,
  log: Log,
  predecessor?: Premises,
): Promise<Premises> {
  const destinations = destinationsOf(configuration.settings.outputs, memory);
  const locks = new Map<string, () => Promise<void>>();
  const leave = async (successor?: Premises) => {
    for (const [path, release] of locks) {
      if (successor?.destinations.includes(path) !== true) await release();
    }
  };
  try {
    for (const path of destinations) locks.set(path, await lockDestination(path, predecessor));
    const host = createHost({ settings: configuration.nginx, destinations, stateDir: configuration.stateDir, clock, log });
    refuseUnsupported(configuration.settings, (await host.observe()).version);
    return { configuration, destinations, world: { host, journal: store.journal, clock }, leave };
  } catch (error) {
    await leave(predecessor);
    throw error;
  }
}

/** The lock is a dotfile beside the destination, where no include looks, so that another state folder meets it too. */
async function lockDestination(path: string, predecessor: Premises | undefined): Promise<() => Promise<void>> {
  const lock = join(dirname(path), `.${basename(path)}.upstreamd-lock`);
  if (predecessor?.destinations.includes(path) === true) return () => releaseLock(lock);
  try {
    return await takeLock(lock, `the destination ${path}`);
  } catch (error) {
    if (error instanceof UpstreamdError) throw error;
    throw new UpstreamdError(
      "DESTINATION",
      `Cannot use the destination ${path}: ${messageOf(error)}`,
      "Make its folder and let this user write to it; upstreamd makes no folders.",
    );
  }
}
