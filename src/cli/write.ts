import { moveIn } from "../daemon/premises.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Outcome } from "../model/outcome.ts";
import { deploy, recover, type World } from "../pipeline/deploy.ts";
import { type Candidate, destinationsOf } from "../pipeline/prepare.ts";
import { keepOthersWork, needsWork } from "../pipeline/work.ts";
import { openStore, type Store } from "../state/store.ts";
import { systemClock } from "../support/clock.ts";
import { UpstreamdError } from "../support/errors.ts";
import { createLog, type Log } from "../support/log.ts";
import type { Io } from "./io.ts";
import type { RenderOptions } from "./options.ts";
import { prepareOnce } from "./prepare-once.ts";
import { obtainSnapshot } from "./snapshot-source.ts";

/** `render --write`: one turn of the daemon's own protocol, under the same locks; all or nothing. */
export async function write(configuration: Configuration, options: RenderOptions, io: Io): Promise<number> {
  const log = createLog({
    level: options.logLevel === "debug" ? "debug" : "warn",
    format: options.logFormat,
    write: (text) => io.stderr.write(text),
  });
  const snapshot = await obtainSnapshot(configuration, options.from, options.timeoutMs);
  const store = await openStore(configuration.stateDir, systemClock, log);
  try {
    const premises = await moveIn(configuration, store, store.memory, systemClock, log);
    try {
      const memory = await takeUp(store, premises.world);
      await premises.world.host.discard(premises.destinations);
      return await oneTurn(configuration, snapshot, memory, premises.world, options, log, io);
    } finally {
      await premises.leave();
    }
  } finally {
    await store.release();
  }
}

/** Finishes or takes back what a killed process was doing. */
async function takeUp({ intent, memory }: Store, world: World): Promise<Store["memory"]> {
  if (intent === null) return memory;
  const deployed = await recover(intent, memory, world);
  if (deployed.open !== null)
    throw new UpstreamdError(
      "DESTINATION",
      `Cannot finish or take back what an earlier apply left half done: ${deployed.outcome.reason}`,
      "Mend what is named above, then run this again.",
    );
  return deployed.memory;
}

async function oneTurn(
  configuration: Configuration,
  snapshot: Awaited<ReturnType<typeof obtainSnapshot>>,
  memory: Store["memory"],
  world: World,
  { adopt }: RenderOptions,
  log: Log,
  io: Io,
): Promise<number> {
  const [nginx, disk] = await Promise.all([world.host.observe(), world.host.read(destinationsOf(configuration.settings.outputs, memory))]);
  const candidate = prepareOnce({ configuration, snapshot, memory, nginx, disk });
  refuseForeign(candidate, adopt);
  if (!needsWork(candidate, { nginx, disk }, configuration.nginx.reload !== "none")) {
    io.stderr.write("unchanged: Nginx runs it already, or will when it is started\n");
    return 0;
  }
  await keepOthersWork(candidate, world, log);
  return conclude((await deploy(candidate, memory, world)).outcome, io);
}

function refuseForeign({ foreign }: Candidate, adopt: boolean): void {
  if (adopt || foreign.length === 0) return;
  throw new UpstreamdError(
    "DESTINATION",
    `Cannot write ${foreign.join(", ")}: what stands there was not written by upstreamd`,
    "Move it away, or take it over with --adopt (a copy is kept in state_dir).",
  );
}

function conclude({ outcome, generation, reason }: Outcome, io: Io): number {
  switch (outcome) {
    case "applied":
      io.stderr.write(`applied: Nginx runs generation ${generation}\n`);
      return 0;
    case "placed":
      io.stderr.write("placed: tested and on disk; no Nginx runs here that could be reloaded, so it is not verified\n");
      return 0;
    case "rolled_back":
      throw new UpstreamdError(
        "NOT_VERIFIED",
        `Rolled back, since it could not be verified: ${reason}`,
        "Nginx runs what it ran before; see its error log",
      );
    default:
      throw new UpstreamdError("NGINX_REFUSED", `Not applied: ${reason}`, "What was on disk is on disk.");
  }
}
