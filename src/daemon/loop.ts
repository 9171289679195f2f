import { recall } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import { hashText } from "../model/hash.ts";
import { isSame } from "../model/running.ts";
import { type Deployed, deploy, recover, type World } from "../pipeline/deploy.ts";
import { look } from "../pipeline/look.ts";
import type { Candidate, Observed } from "../pipeline/prepare.ts";
import { keepOthersWork, needsWork } from "../pipeline/work.ts";
import type { Templates } from "../render/templates.ts";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { backoff } from "../support/retry.ts";
import { tellLeftOut, tellOutcome } from "./say.ts";
import { remember, type Situation } from "./situation.ts";
import type { Wake } from "./wake.ts";

/** How often the machine is looked at when nobody rings: a destination that was changed, an Nginx that came or went. */
const LOOK_EVERY_MS = 2_000;
const RETRY = { baseMs: 500, capMs: 15_000 };

export interface LoopParts {
  /** Read anew at each turn: a new configuration brings another host. */
  readonly world: () => World;
  readonly destinations: () => readonly string[];
  readonly templates: Templates;
  readonly minIntervalMs: () => number;
  /** Whether a file that is not ours may be taken over. */
  readonly adopt: boolean;
  /** Whether it is up to us to tell Nginx. */
  readonly reloads: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
}

/** What failed, so that it is tried again with growing pauses, and at once when anything about it changes. */
interface Failure {
  readonly of: string;
  readonly tries: number;
  readonly retryAt: number;
}

/**
 * Turns forever, until the signal: looks at what should be and what is, and makes them equal. One apply at a time; only the
 * newest belief counts; the first change after quiet goes at once, the next no sooner than `min_interval` after the last
 * signal. Never ends for an error.
 */
export async function loop(situation: Situation, parts: LoopParts, signal: AbortSignal): Promise<void> {
  let failure: Failure | null = null;
  while (!signal.aborted) {
    situation.turnedAt = parts.clock.now();
    try {
      failure = await turn(situation, parts, failure, signal);
    } catch (error) {
      failure = failedAgain(failure, `look ${messageOf(error)}`, parts);
      block(situation, messageOf(error), parts.log);
    }
    const now = parts.clock.now();
    await parts.wake.wait(Math.max(0, Math.min(LOOK_EVERY_MS, (failure?.retryAt ?? Number.POSITIVE_INFINITY) - now)), signal);
  }
}

/** One look, and one apply if there is work that may be done now. Returns the failure to come back to. */
async function turn(situation: Situation, parts: LoopParts, failure: Failure | null, signal: AbortSignal): Promise<Failure | null> {
  if (situation.open !== null) await finishEarlier(situation, parts);
  if (!hasFooting(situation)) return null;
  const { candidate, observed } = await look({ ...situation, templates: parts.templates }, parts.world().host);
  situation.seen = { candidate, observed };
  tellLeftOut(situation, parts.log);
  if (candidate.foreign.length > 0 && !parts.adopt) return blockOnForeign(situation, candidate, parts);
  if (!needsWork(candidate, observed, parts.reloads())) {
    situation.blocked = null;
    await settle(situation, candidate, observed, parts);
    return null;
  }
  const input = inputOf(candidate, observed);
  if (failure !== null && failure.of === input && parts.clock.now() < failure.retryAt) return failure;
  if (await waitForTurn(situation, parts, signal)) {
    parts.wake.ring();
    return failure;
  }
  return apply(situation, candidate, input, failure, parts);
}

/** Finishes or takes back what was left half done; throws when neither can be, since nothing may begin on top of it. */
async function finishEarlier(situation: Situation, { world, log, destinations }: LoopParts): Promise<void> {
  if (situation.open === null) return;
  log.warn("an apply was left half done; finishing it or taking it back", { generation: situation.open.generation });
  const deployed = await recover(situation.open, situation.memory, world());
  take(situation, deployed, log);
  if (situation.snapshot === null) situation.belief = recall(situation.memory, situation.settings);
  if (deployed.open !== null)
    throw new Error(deployed.outcome.reason ?? "an apply that was left half done can be neither finished nor taken back");
  await world().host.discard(destinations());
}

/** Without an answer and without memory there is nothing to stand on: what is on disk stays. */
function hasFooting({ snapshot, consul, memory }: Situation): boolean {
  return snapshot !== null || (consul.state !== "ok" && memory.upstreams.length > 0);
}

/** Waits until a reload may follow the last one; true when it had to, since the world may have moved meanwhile. */
async function waitForTurn({ signalledAt }: Situation, { clock, minIntervalMs }: LoopParts, signal: AbortSignal): Promise<boolean> {
  const wait = signalledAt === null ? 0 : signalledAt + minIntervalMs() - clock.now();
  if (wait > 0) await clock.sleep(wait, signal);
  return wait > 0;
}

async function apply(
  situation: Situation,
  candidate: Candidate,
  input: string,
  failure: Failure | null,
  parts: LoopParts,
): Promise<Failure | null> {
  const world = parts.world();
  await keepOthersWork(candidate, world, parts.log);
  const deployed = await deploy(candidate, situation.memory, world);
  take(situation, deployed, parts.log);
  const { outcome, reason } = deployed.outcome;
  if (outcome === "applied" || outcome === "placed") {
    situation.blocked = null;
    parts.wake.ring();
    return null;
  }
  situation.blocked = reason;
  return failedAgain(failure, input, parts);
}

/** Takes over what an apply, or the recovery of an earlier one, left. */
function take(situation: Situation, deployed: Deployed, log: Log): void {
  situation.memory = deployed.memory;
  situation.open = deployed.open;
  situation.signalledAt = deployed.signalledAt ?? situation.signalledAt;
  remember(situation, deployed.outcome);
  tellOutcome(deployed.outcome, log);
}

/** Nothing to do, but perhaps something to remember: other workers, another master, another last good list. */
async function settle(situation: Situation, candidate: Candidate, { nginx }: Observed, { world, clock }: LoopParts): Promise<void> {
  const { memory } = situation;
  const known = candidate.known && nginx.master !== null ? nginx.master : null;
  const workers = nginx.workers.filter(({ state }) => state === "live").map(({ pid, startTicks }) => ({ pid, startTicks }));
  const stands =
    memory.verified !== null && memory.verified.hash === candidate.hash && known !== null && isSame(memory.verified.master, known);
  const covered = stands && workers.every((worker) => memory.verified?.workers.some((other) => isSame(other, worker)));
  const fresh = known === null || covered ? memory.verified : { hash: candidate.hash, at: clock.wall(), master: known, workers };
  const generation = known !== null && memory.verified?.hash !== candidate.hash ? memory.generation + 1 : memory.generation;
  const next = { ...candidate.intent.remember, generation, verified: fresh };
  if (JSON.stringify(next) === JSON.stringify(memory)) return;
  await world().journal.commit(next);
  situation.memory = next;
}

function blockOnForeign(situation: Situation, candidate: Candidate, parts: LoopParts): null {
  const paths = candidate.foreign.join(", ");
  block(situation, `${paths} was not written by upstreamd and is left alone; move it away, or start once with run --adopt`, parts.log);
  return null;
}

function block(situation: Situation, reason: string, log: Log): void {
  if (situation.blocked !== reason) log.error("blocked", { reason });
  situation.blocked = reason;
}

/** What a failure depends on: when any of it changes, the pause ends. */
function inputOf(candidate: Candidate, { nginx }: Observed): string {
  return hashText(JSON.stringify([candidate.hash, candidate.onDisk.hash, nginx.master, nginx.version, nginx.state]));
}

function failedAgain(failure: Failure | null, of: string, { clock }: LoopParts): Failure {
  const tries = failure !== null && failure.of === of ? failure.tries + 1 : 0;
  return { of, tries, retryAt: clock.now() + backoff(tries, RETRY, clock.random()) };
}
