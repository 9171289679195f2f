import { openSite } from "../daemon/site.ts";
import { believe, recall } from "../model/belief.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Memory } from "../model/memory.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Deployed, World } from "../pipeline/apply.ts";
import type { Inputs } from "../pipeline/prepare.ts";
import { refuseFaulty } from "../pipeline/templates-in-force.ts";
import { apply, look, type Sight, takeUp } from "../pipeline/turn.ts";
import { loadTemplates } from "../render/templates.ts";
import type { UserTemplates } from "../render/user-templates.ts";
import { openStore, type Store } from "../state/store.ts";
import { systemClock } from "../support/clock.ts";
import { createLog } from "../support/create-log.ts";
import { type ErrorCode, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import type { Io } from "./io.ts";
import { lookAtNginx } from "./nginx.ts";
import type { RenderOptions } from "./options.ts";
import { waitingFor } from "./progress.ts";
import { obtainSnapshot } from "./snapshot-source.ts";
import { soundTemplates } from "./user-templates.ts";

/** `render --write`: one turn of the daemon's own protocol, under the same locks; all or nothing. */
export async function write(configuration: Configuration, options: RenderOptions, io: Io): Promise<number> {
  const level = options.logLevel === "debug" ? "debug" : "warn";
  const log = createLog({ level, format: options.logFormat, write: (text) => io.stderr.write(text) });
  // Whatever is refused is refused before anything is written.
  const userTemplates = await soundTemplates(configuration);
  await lookAtNginx(configuration, io);
  const snapshot = await obtainSnapshot(configuration, options.from, options.timeoutMs, io);
  const store = await openStore(configuration.stateDir, systemClock, log);
  try {
    const site = await openSite(configuration, store.memory, { journal: store.journal, clock: systemClock, log });
    try {
      await site.world.host.discard(site.destinations);
      return await undisturbed(io, () =>
        oneTurn({ configuration, userTemplates, snapshot, store, world: site.world, adopt: options.adopt, log, io }),
      );
    } finally {
      await site.close();
    }
  } finally {
    await store.release();
  }
}

interface Turn {
  readonly configuration: Configuration;
  readonly userTemplates: UserTemplates;
  readonly snapshot: Snapshot;
  readonly store: Store;
  readonly world: World;
  readonly adopt: boolean;
  readonly log: Log;
  readonly io: Io;
}

async function oneTurn({ configuration, userTemplates, snapshot, store, world, adopt, log, io }: Turn): Promise<number> {
  const memory = await finished(store, world, log);
  const { settings, nginx } = configuration;
  const { belief } = believe(recall(memory, settings), snapshot, settings, 0);
  const inputs: Inputs = { belief, memory, settings, templates: loadTemplates(), userTemplates };
  const sight = await look(inputs, world, { adopt, reloads: nginx.reload !== "none", verifies: nginx.verify !== "none" });
  refuseFaulty(sight.candidate.templates);
  if (sight.work === "foreign") throw foreign(sight);
  if (sight.work !== "none")
    return conclude(await waitingFor("Nginx to test, reload and show new workers", io, () => apply(sight, memory, world, log)), io);
  io.stderr.write(
    memory === store.memory
      ? "unchanged: Nginx runs it already, or will when it is started\n"
      : "applied: what was left half done is finished\n",
  );
  return 0;
}

/** What is remembered once that which a killed process was doing is finished or taken back. */
async function finished({ intent, memory }: Store, world: World, log: Log): Promise<Memory> {
  if (intent === null) return memory;
  const deployed = await takeUp(intent, memory, world, log);
  if (deployed.open === null) return deployed.memory;
  throw new UpstreamdError(
    "DESTINATION",
    `Cannot finish or take back what an earlier apply left half done: ${deployed.outcome?.reason}`,
    "Mend what is named above, then run this again.",
  );
}

function foreign({ candidate }: Sight): UpstreamdError {
  return new UpstreamdError(
    "DESTINATION",
    `Cannot write ${candidate.foreign.join(", ")}: what stands there was not written by upstreamd`,
    "Move it away, or take it over with --adopt (a copy is kept in state_dir).",
  );
}

function conclude({ outcome: ended, open }: Deployed, io: Io): number {
  const { outcome, generation, reason, code } = ended ?? { outcome: "unchanged", generation: null, reason: null, code: null };
  if (outcome === "applied") io.stderr.write(`applied: Nginx runs generation ${generation}\n`);
  else if (outcome === "placed") io.stderr.write("placed: tested and on disk; nobody is there to be reloaded, so it is not verified\n");
  else if (outcome === "rolled_back")
    throw new UpstreamdError(
      "NOT_VERIFIED",
      `Rolled back, since it could not be verified: ${reason}`,
      "Nginx runs what it ran before; see its error log.",
    );
  else if (outcome !== "unchanged")
    throw new UpstreamdError(
      (code as ErrorCode | null) ?? "NGINX_REFUSED",
      `Not applied: ${reason}`,
      "What was on disk is on disk, unless the message says otherwise.",
    );
  if (open !== null) io.stderr.write(`${reason}\n`);
  return 0;
}

/** A turn is short and ends in something whole: who interrupts it is asked for that patience. */
async function undisturbed<T>(io: Io, work: () => Promise<T>): Promise<T> {
  const wait = () => void io.stderr.write("finishing the step in hand\n");
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, wait);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, wait);
  }
}
