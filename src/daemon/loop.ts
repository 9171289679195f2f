import { recall } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import { hashText } from "../model/hash.ts";
import type { Deployed, World } from "../pipeline/carry-out.ts";
import { apply, look, type Policy, type Sight, takeUp } from "../pipeline/turn.ts";
import type { Templates } from "../render/templates.ts";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { backoff } from "../support/retry.ts";
import { tellLeftOut, tellNginx, tellOutcome } from "./say.ts";
import { settle } from "./settle.ts";
import { addOutcome, type Obstacle, type Situation } from "./situation.ts";
import type { Wake } from "./wake.ts";

/** How often the machine is looked at when nobody rings: a destination that was changed, an Nginx that came or went. */
const LOOK_EVERY_MS = 2_000;
const RETRY = { baseMs: 500, capMs: 15_000 };

/** What a turn works with; it stays the same throughout one turn. */
export interface Workplace {
  readonly world: World;
  readonly templates: Templates;
  readonly policy: Policy;
  /** From one reload signal to the next. */
  readonly minIntervalMs: number;
}

export interface LoopParts {
  /** Called between turns: the place where a new configuration is taken over. */
  readonly workplace: () => Promise<Workplace>;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
}

/**
 * Turns forever, until the signal: looks at what should be and what is, and makes them equal. One apply at a time; only the
 * newest belief counts; the first change after quiet goes at once, the next no sooner than `min_interval` after the last
 * signal. Never ends for an error.
 */
export async function loop(situation: Situation, { workplace, clock, log, wake }: LoopParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    situation.turnedAt = clock.now();
    let notBefore = Number.POSITIVE_INFINITY;
    try {
      notBefore = await turn(situation, await workplace(), log);
    } catch (error) {
      hinder(situation, messageOf(error), `look: ${messageOf(error)}`, clock, log);
    }
    const next = Math.min(notBefore, situation.obstacle?.retryAt ?? Number.POSITIVE_INFINITY, clock.now() + LOOK_EVERY_MS);
    await wake.wait(Math.max(0, next - clock.now()), signal);
  }
}

const WHENEVER = Number.POSITIVE_INFINITY;
const AT_ONCE = 0;

/** One look, and one apply if there is work that may be done now. Returns when the next turn is due, if it is. */
async function turn(situation: Situation, place: Workplace, log: Log): Promise<number> {
  const { world, policy } = place;
  if (situation.open !== null && !(await finishOpen(situation, world, log))) return WHENEVER;
  if (!canDecide(situation)) return WHENEVER;
  const sight = await look({ ...situation, templates: place.templates }, world, policy);
  tellLeftOut(situation.seen, sight, log);
  tellNginx(situation.seen, sight, log);
  situation.seen = sight;
  if (sight.work === "foreign") return blockOnForeign(situation, sight, world.clock, log);
  if (sight.work === "none") {
    await settle(situation, sight, world);
    situation.obstacle = null;
    return WHENEVER;
  }
  const [now, allowedAt] = [world.clock.now(), (situation.signalledAt ?? Number.NEGATIVE_INFINITY) + place.minIntervalMs];
  if (isPaused(situation.obstacle, dependencies(sight), now)) return WHENEVER;
  if (now < allowedAt) return allowedAt;
  return applyNow(situation, sight, world, log);
}

/** Finishes or takes back what was left half done; false while neither can be: nothing may begin on top of it. */
async function finishOpen(situation: Situation, world: World, log: Log): Promise<boolean> {
  if (situation.open === null) return true;
  const of = `open ${situation.open.generation} ${situation.open.hash}`;
  if (isPaused(situation.obstacle, of, world.clock.now())) return false;
  const deployed = await takeUp(situation.open, situation.memory, world, log);
  take(situation, deployed, log);
  if (situation.snapshot === null) situation.belief = recall(situation.memory, situation.settings);
  if (deployed.open === null) return true;
  hinder(situation, deployed.outcome?.reason ?? "what was left half done can be neither finished nor taken back", of, world.clock, log);
  return false;
}

/** Without an answer and without memory there is nothing to decide on: what is on disk stays. */
function canDecide({ snapshot, consul, memory }: Situation): boolean {
  return snapshot !== null || (consul !== null && consul.state !== "ok" && memory.upstreams.length > 0);
}

async function applyNow(situation: Situation, sight: Sight, world: World, log: Log): Promise<number> {
  const deployed = await apply(sight, situation.memory, world, log);
  take(situation, deployed, log);
  const { outcome, reason } = deployed.outcome ?? { outcome: "failed", reason: null };
  if (outcome === "applied" || outcome === "placed") situation.obstacle = null;
  else hinder(situation, reason ?? outcome, dependencies(sight), world.clock, log);
  return outcome === "applied" || outcome === "placed" ? AT_ONCE : WHENEVER;
}

/** Takes over what an apply, or the recovery of an earlier one, left. */
function take(situation: Situation, { memory, open, signalledAt, outcome }: Deployed, log: Log): void {
  situation.memory = memory;
  situation.open = open;
  situation.signalledAt = signalledAt ?? situation.signalledAt;
  if (outcome === null) return;
  const isNews = outcome.reason === null || outcome.reason !== situation.outcomes.at(-1)?.reason;
  if (outcome.outcome === "applied" || outcome.outcome === "placed") situation.remark = outcome.reason;
  addOutcome(situation, outcome);
  tellOutcome(outcome, isNews, log);
}

function blockOnForeign(situation: Situation, { candidate }: Sight, clock: Clock, log: Log): number {
  const paths = candidate.foreign.join(", ");
  const reason = `${paths} was not written by upstreamd and is left alone; move it away, or start once with run --adopt`;
  hinder(situation, reason, `foreign ${paths}`, clock, log);
  return WHENEVER;
}

/** Notes why the work cannot be done now, and when it is tried again: after growing pauses while nothing about it changes. */
function hinder(situation: Situation, reason: string, of: string, clock: Clock, log: Log): void {
  const { obstacle } = situation;
  if (obstacle?.reason !== reason) log.error("blocked", { reason });
  const tries = obstacle?.of === of ? obstacle.tries + 1 : 0;
  situation.obstacle = { reason, of, tries, retryAt: clock.now() + backoff(tries, RETRY, clock.random()) };
}

function isPaused(obstacle: Obstacle | null, of: string, now: number): boolean {
  return obstacle !== null && obstacle.of === of && now < obstacle.retryAt;
}

/** What an apply depends on: when any of it changes, a pause ends. */
function dependencies({ candidate, observed: { nginx } }: Sight): string {
  return hashText(JSON.stringify([candidate.hash, candidate.onDisk.hash, nginx.master, nginx.version, nginx.state]));
}
