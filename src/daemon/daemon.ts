import { type Listen, type Subject, serveAdmin } from "../admin/server.ts";
import { rebase } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Templates } from "../render/templates.ts";
import type { LoadedTemplate } from "../render/user-templates.ts";
import { openStore, socketIn } from "../state/store.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { watchFiles } from "../support/watch-files.ts";
import { follow } from "./follow.ts";
import { followTemplates } from "./follow-templates.ts";
import { loop, type Workplace } from "./loop.ts";
import { refuseUnusable } from "./refuse-unusable.ts";
import { openSite, type Site, type SiteParts } from "./site.ts";
import { firstSituation, type Situation } from "./situation.ts";
import { statusOf } from "./status.ts";
import { createWake, type Wake } from "./wake.ts";

export interface DaemonOptions {
  readonly configuration: Configuration;
  /** Reads the configuration again, for SIGHUP; throws when it is not to be used. */
  readonly reload: () => Promise<Configuration>;
  readonly loadTemplates: () => Templates;
  /** Whether destinations that are not ours may be taken over. */
  readonly adopt: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Registers what is to happen when the operator asks for the configuration to be read again. */
  readonly onReload: (callback: () => void) => void;
}

/**
 * Runs until `stop`: opens the state and the site, then follows Consul and turns the loop, which first of all finishes what an
 * earlier process left half done. Throws only while starting; from then on whatever happens is reported and tried again.
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { configuration, clock, log, stop } = options;
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const store = await openStore(configuration.stateDir, clock, log);
    undo.push(store.release);
    const parts: SiteParts = { journal: store.journal, clock, log };
    const templates = options.loadTemplates();
    refuseUnusable(configuration, store.memory);
    const site = await openSite(configuration, store.memory, parts);
    const situation = firstSituation(configuration.settings, store.memory, store.intent, clock.now());
    const wake = createWake(clock);
    const residence = createResidence({ site, templates }, options, situation, parts, wake);
    undo.push(residence.close);
    for (const door of doorsOf(configuration)) undo.push((await serveAdmin(door, subjectOf(situation, clock))).close);
    await site.world.host.discard(site.destinations);
    log.info("started", { pid: process.pid, upstreams: configuration.settings.upstreams.length, destinations: site.destinations });
    await loop(situation, { workplace: residence.workplace, clock, log, wake }, stop);
  } finally {
    for (const step of undo.reverse()) await step().catch((error: unknown) => log.warn("cannot clear up", { reason: messageOf(error) }));
    if (stop.aborted) log.info("stopped");
  }
}

/** No turn takes so long, unless something hangs that should not: each process of Nginx and each verification has its own deadline. */
const STUCK_AFTER_MS = 300_000;

function subjectOf(situation: Situation, clock: Clock): Subject {
  return { status: () => statusOf(situation, clock), isTurning: () => clock.now() - situation.turnedAt < STUCK_AFTER_MS };
}

function doorsOf({ stateDir, admin }: Configuration): readonly Listen[] {
  return [{ socket: socketIn(stateDir) }, ...(admin.listen === null ? [] : [admin.listen])];
}

/** Where the daemon lives: the site of its configuration, with what follows Consul and watches the destinations for it. */
interface Residence {
  /** What the next turn works with; a new configuration that was asked for is taken over first. */
  workplace(): Promise<Workplace>;
  close(): Promise<void>;
}

function createResidence(
  first: { readonly site: Site; readonly templates: Templates },
  options: DaemonOptions,
  situation: Situation,
  parts: SiteParts,
  wake: Wake,
): Residence {
  let { site, templates } = first;
  let home = inhabit(site, options, situation, wake);
  let asked = false;
  options.onReload(() => {
    asked = true;
    wake.ring();
  });
  const move = async () => {
    try {
      // The site comes last of what may be refused: it holds locks.
      const builtIn = options.loadTemplates();
      const configuration = await options.reload();
      refuseUnusable(configuration, situation.memory);
      const [before, next] = [site, await nextSite(site, configuration, situation, parts)];
      await home.leave();
      [site, templates] = [next, builtIn];
      takeOver(situation, site.configuration, parts.clock.now());
      home = inhabit(site, options, situation, wake);
      await before.close(next).catch((error: unknown) => parts.log.warn("cannot give a lock back", { reason: messageOf(error) }));
      parts.log.info("the configuration was read again", { upstreams: site.configuration.settings.upstreams.length });
    } catch (error) {
      situation.notice = `the configuration was read again and refused, so the old one goes on: ${messageOf(error)}`;
      parts.log.error("the new configuration is refused; the old one goes on", { reason: messageOf(error) });
    }
  };
  return {
    workplace: async () => {
      if (asked) {
        asked = false;
        await move();
      }
      const { world, configuration } = site;
      const policy = {
        adopt: options.adopt,
        reloads: configuration.nginx.reload !== "none",
        verifies: configuration.nginx.verify !== "none",
      };
      return { world, templates, wanted: home.wanted(), policy, minIntervalMs: configuration.minIntervalMs };
    },
    close: async () => {
      await home.leave();
      await site.close();
    },
  };
}

/** What goes on by itself as long as a configuration holds. */
interface Home {
  wanted(): readonly LoadedTemplate[];
  leave(): Promise<void>;
}

/** Begins to follow Consul and the templates, and to watch the destinations. */
function inhabit({ configuration, destinations }: Site, { clock, log, stop }: DaemonOptions, situation: Situation, wake: Wake): Home {
  const ending = new AbortController();
  const following = follow(situation, configuration, { clock, log, wake }, AbortSignal.any([ending.signal, stop]));
  const watcher = watchFiles(destinations, wake.ring);
  const templates = followTemplates(configuration.settings.templates, wake.ring);
  return {
    wanted: templates.wanted,
    leave: async () => {
      ending.abort();
      await Promise.all([following, watcher.close(), templates.close()]);
    },
  };
}

async function nextSite(site: Site, configuration: Configuration, situation: Situation, parts: SiteParts): Promise<Site> {
  refuseMoving(site.configuration, configuration);
  return openSite(configuration, situation.memory, parts, site);
}

/** Nothing is fresh any more, nothing that is known is thrown away, and whatever was in the way may be mended. */
function takeOver(situation: Situation, { settings }: Configuration, now: number): void {
  const belief = rebase(situation.belief, situation.memory, settings);
  Object.assign(situation, { settings, belief, snapshot: null, consul: null, notice: null, obstacle: null, since: now });
}

function refuseMoving(before: Configuration, after: Configuration): void {
  const fixed = ({ stateDir, admin }: Configuration) => ({ state_dir: stateDir, "admin.listen": JSON.stringify(admin.listen) });
  const [old, wanted] = [fixed(before), fixed(after)];
  for (const key of Object.keys(old) as (keyof typeof old)[]) {
    if (old[key] === wanted[key]) continue;
    throw new UpstreamdError(
      "CONFIG_INVALID",
      `Cannot change ${key} from ${old[key]} to ${wanted[key]} while running`,
      "Restart the daemon for that.",
    );
  }
}
