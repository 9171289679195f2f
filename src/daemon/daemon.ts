import { serveAdmin } from "../admin/server.ts";
import { createClient } from "../consul/client.ts";
import { recall } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Templates } from "../render/templates.ts";
import { openStore, type Store, socketIn } from "../state/store.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { watchFiles } from "../support/watch-files.ts";
import { type FollowParts, follow } from "./follow.ts";
import { loop } from "./loop.ts";
import { moveIn, type Premises } from "./premises.ts";
import type { Situation } from "./situation.ts";
import { statusOf } from "./status.ts";
import { createWake, type Wake } from "./wake.ts";

export interface DaemonOptions {
  readonly configuration: Configuration;
  /** Reads the configuration again, for SIGHUP; throws when it is not to be used. */
  readonly reload: () => Promise<Configuration>;
  readonly templates: Templates;
  /** Whether destinations that are not ours may be taken over. */
  readonly adopt: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Registers what is to happen when the operator asks for the configuration to be read again. */
  readonly onReload: (callback: () => void) => void;
}

/** No turn takes so long, unless something hangs that should not. */
const STUCK_AFTER_MS = 60_000;

/**
 * Runs until `stop`: opens the state, finishes what an earlier process left half done, then follows Consul and turns the
 * loop. Throws only while starting; from then on whatever happens is reported and tried again.
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { configuration, clock, log, stop } = options;
  const store = await openStore(configuration.stateDir, clock, log);
  const release: (() => Promise<unknown>)[] = [store.release];
  try {
    const tenancy = { premises: await moveIn(configuration, store, store.memory, clock, log) };
    release.push(() => tenancy.premises.leave());
    const situation = situationFrom(configuration, store, clock.now());
    const wake = createWake(clock);
    const subject = { status: () => statusOf(situation, clock), isTurning: () => clock.now() - situation.turnedAt < STUCK_AFTER_MS };
    for (const listen of [
      { socket: socketIn(configuration.stateDir) },
      ...(configuration.admin.listen === null ? [] : [configuration.admin.listen]),
    ]) {
      release.push((await serveAdmin(listen, subject)).close);
    }
    await tenancy.premises.world.host.discard(tenancy.premises.destinations);
    log.info("started", {
      pid: process.pid,
      upstreams: configuration.settings.upstreams.length,
      destinations: tenancy.premises.destinations,
    });
    await live(options, situation, store, tenancy, wake);
  } finally {
    for (const undo of release.reverse()) await undo();
    if (stop.aborted) log.info("stopped");
  }
}

function situationFrom(configuration: Configuration, { memory, intent }: Store, now: number): Situation {
  return {
    settings: configuration.settings,
    belief: recall(memory, configuration.settings),
    snapshot: null,
    memory,
    open: intent,
    consul: { state: "ok", reason: null, lastAnswerAt: null, failures: new Map() },
    seen: null,
    blocked: null,
    notice: null,
    outcomes: [],
    turnedAt: now,
    signalledAt: null,
  };
}

/** The two things that go on at once, and a new start of the first at each new configuration. */
async function live(
  options: DaemonOptions,
  situation: Situation,
  store: Store,
  tenancy: { premises: Premises },
  wake: Wake,
): Promise<void> {
  const { clock, log, stop } = options;
  let restart = followAnew(options, situation, tenancy.premises.configuration, wake);
  let watcher = watchFiles(tenancy.premises.destinations, wake.ring);
  options.onReload(() => {
    void reconfigure(options, situation, store, tenancy).then(async (changed) => {
      if (!changed || stop.aborted) return;
      await Promise.all([restart(), watcher.close()]);
      restart = followAnew(options, situation, tenancy.premises.configuration, wake);
      watcher = watchFiles(tenancy.premises.destinations, wake.ring);
      wake.ring();
    });
  });
  const parts = {
    world: () => tenancy.premises.world,
    destinations: () => tenancy.premises.destinations,
    minIntervalMs: () => tenancy.premises.configuration.minIntervalMs,
    reloads: () => tenancy.premises.configuration.nginx.reload !== "none",
    templates: options.templates,
    adopt: options.adopt,
    clock,
    log,
    wake,
  };
  await loop(situation, parts, stop);
  await Promise.all([restart(), watcher.close()]);
}

/** Begins to follow Consul; the returned function ends it. */
function followAnew(
  { clock, log, stop }: DaemonOptions,
  situation: Situation,
  configuration: Configuration,
  wake: Wake,
): () => Promise<void> {
  const ending = new AbortController();
  const client = createClient(configuration.consul);
  const parts: FollowParts = { client, configuration, clock, log, wake };
  const following = follow(situation, parts, AbortSignal.any([ending.signal, stop])).catch((error: unknown) => {
    log.error("following Consul ended; this is a bug", { reason: messageOf(error) });
  });
  return async () => {
    ending.abort();
    await following;
    client.close();
  };
}

/** Takes a new configuration over, or says why the old one goes on. */
async function reconfigure(
  { reload, clock, log }: DaemonOptions,
  situation: Situation,
  store: Store,
  tenancy: { premises: Premises },
): Promise<boolean> {
  const old = tenancy.premises;
  try {
    const configuration = await reload();
    refuseMoving(old.configuration, configuration);
    tenancy.premises = await moveIn(configuration, store, situation.memory, clock, log, old);
    await old.leave(tenancy.premises);
    Object.assign(situation, { settings: configuration.settings, snapshot: null, notice: null, blocked: null });
    log.info("the configuration was read again", { upstreams: configuration.settings.upstreams.length });
    return true;
  } catch (error) {
    situation.notice = `the configuration was read again and refused, so the old one goes on: ${messageOf(error)}`;
    log.error("the new configuration is refused; the old one goes on", { reason: messageOf(error) });
    return false;
  }
}

function refuseMoving(before: Configuration, after: Configuration): void {
  for (const [key, old, wanted] of [
    ["state_dir", before.stateDir, after.stateDir],
    ["admin.listen", JSON.stringify(before.admin.listen), JSON.stringify(after.admin.listen)],
  ] as const) {
    if (old !== wanted)
      throw new UpstreamdError(
        "CONFIG_INVALID",
        `Cannot change ${key} from ${old} to ${wanted} while running`,
        "Restart the daemon for that.",
      );
  }
}
