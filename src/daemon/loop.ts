import { recall } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import { hashText } from "../model/hash.ts";
import type { Intent } from "../model/host.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import type { Deployed, World } from "../pipeline/apply.ts";
import type { Candidate, Inputs } from "../pipeline/prepare.ts";
import { apply, look, type Policy, type Sight, takeUp } from "../pipeline/turn.ts";
import type { Templates } from "../render/templates.ts";
import type { LoadedTemplate } from "../render/user-templates.ts";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { backoff } from "../support/retry.ts";
import { blameTemplates } from "./blame-templates.ts";
import { forgetRefusals, pausedRefusals, putAside } from "./refusals.ts";
import { tellLeftOut, tellNginx, tellOutcome, tellTemplates } from "./say.ts";
import { settle } from "./settle.ts";
import { addOutcome, type Situation } from "./situation.ts";
import type { Wake } from "./wake.ts";

/** How often the machine is looked at when nobody rings: a destination that was changed, an Nginx that came or went. */
const LOOK_EVERY_MS = 2_000;
const RETRY = { baseMs: 500, capMs: 15_000 };

/** What a turn works with; it stays the same throughout one turn. */
export interface Workplace {
  readonly world: World;
  readonly templates: Templates;
  /** The user's own templates as they stand on disk. */
  readonly wanted: readonly LoadedTemplate[];
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
    const due = await workplace()
      .then((place) => turn(situation, place, log))
      .catch((error: unknown) => hinder(situation, messageOf(error), `look: ${messageOf(error)}`, clock, log));
    await wake.wait(Math.min(Math.max(0, due - clock.now()), LOOK_EVERY_MS), signal);
  }
}

/** How soon to look again at an Nginx that is only just starting. */
const STARTING_MS = 200;

const WHENEVER = Number.POSITIVE_INFINITY;
const AT_ONCE = 0;

/** One look, and one apply if there is work that may be done now. Returns when the next turn is due, if it is. */
async function turn(situation: Situation, place: Workplace, log: Log): Promise<number> {
  const { world, policy } = place;
  if (situation.open !== null) {
    const due = await finishOpen(situation, situation.open, world, log);
    if (due !== null) return due;
  }
  if (!canDecide(situation, world.clock.now())) return WHENEVER;
  const userTemplates = { wanted: place.wanted, refused: pausedRefusals(situation, world.clock.now()) };
  const { belief, memory, settings } = situation;
  const inputs: Inputs = { belief, memory, settings, templates: place.templates, userTemplates };
  const sight = await look(inputs, world, policy);
  tellLeftOut(situation.seen, sight, log);
  tellNginx(situation.seen, sight, log);
  tellTemplates(situation, sight, log);
  situation.seen = sight;
  if (sight.work === "foreign") return blockOnForeign(situation, sight, world.clock, log);
  if (sight.work === "wait") return world.clock.now() + STARTING_MS;
  if (sight.work === "none") {
    await settle(situation, sight, world, policy);
    clearObstacles(situation, sight, log);
    world.host.rest();
    return WHENEVER;
  }
  const of = dependencies(sight.candidate, sight.observed.nginx);
  // Whatever was in the way before, it is another way now.
  if (situation.obstacle?.of !== of) situation.obstacle = null;
  const [now, allowedAt] = [world.clock.now(), (situation.signalledAt ?? Number.NEGATIVE_INFINITY) + place.minIntervalMs];
  const due = Math.max(situation.obstacle?.retryAt ?? now, allowedAt);
  return now < due ? due : applyNow(situation, { sight, of, inputs }, place, log);
}

/** Finishes or takes back what was left half done. While neither can be, when that is tried again: nothing may begin on top of it. */
async function finishOpen(situation: Situation, open: Intent, world: World, log: Log): Promise<number | null> {
  const of = `open ${open.generation} ${open.hash}`;
  const { obstacle } = situation;
  if (obstacle?.of === of && world.clock.now() < obstacle.retryAt) return obstacle.retryAt;
  try {
    const deployed = await takeUp(open, situation.memory, world, log);
    take(situation, deployed, log);
    if (situation.snapshot === null) situation.belief = recall(situation.memory, situation.settings);
    if (deployed.open !== null) return hinder(situation, deployed.outcome?.reason ?? NEITHER, of, world.clock, log);
  } catch (error) {
    return hinder(situation, `${NEITHER}: ${messageOf(error)}`, of, world.clock, log);
  }
  if (obstacle?.of === of) situation.obstacle = null;
  return null;
}

const NEITHER = "what was left half done can be neither finished nor taken back";

/**
 * Without an answer and without memory there is nothing to decide on: what is on disk stays. Memory alone is decided on when
 * Consul is away; what is only denied for the moment may be one service of many, whose answers are about to come.
 */
function canDecide({ snapshot, consul, memory, since }: Situation, now: number): boolean {
  if (snapshot !== null) return true;
  if (consul === null || consul.state === "ok" || memory.upstreams.length === 0) return false;
  return (consul.state !== "denied" && consul.state !== "filtered") || now - since >= DENIED_FOR_MS;
}

const DENIED_FOR_MS = 3_000;

/** What is to be put into force, what it depends on, and what it was made from. */
interface Work {
  readonly sight: Sight;
  readonly of: string;
  readonly inputs: Inputs;
}

async function applyNow(situation: Situation, { sight, of, inputs }: Work, { world, policy }: Workplace, log: Log): Promise<number> {
  try {
    const deployed = await apply(sight, situation.memory, world, log);
    take(situation, deployed, log);
    const { outcome, reason } = deployed.outcome ?? { outcome: "failed", reason: null };
    if (outcome === "rejected" || outcome === "rolled_back") {
      const blamed = await blameTemplates(sight, reason ?? outcome, inputs, world, policy);
      putAside(situation, blamed, world.clock);
      // The next turn goes on with what was accepted before.
      if (blamed.length > 0) return AT_ONCE;
    }
    if (outcome !== "applied" && outcome !== "placed") {
      // A reload command may replace the master each time: that it did so itself is no reason to hurry.
      const later = dependencies(sight.candidate, await world.host.observe());
      return hinder(situation, reason ?? outcome, of, world.clock, log, later);
    }
  } catch (error) {
    return hinder(situation, messageOf(error), of, world.clock, log);
  }
  clearObstacles(situation, sight, log);
  return AT_ONCE;
}

/** What was seen is in force. */
function clearObstacles(situation: Situation, { candidate }: Sight, log: Log): void {
  situation.obstacle = null;
  if (forgetRefusals(situation, candidate.templates)) log.info("a template that Nginx had refused is accepted");
}

/** Takes over what an apply, or the recovery of an earlier one, left. */
function take(situation: Situation, { memory, open, signalledAt, outcome, remark }: Deployed, log: Log): void {
  situation.memory = memory;
  situation.open = open;
  situation.signalledAt = signalledAt ?? situation.signalledAt;
  if (outcome === null) return;
  const isNews = outcome.reason === null || outcome.reason !== situation.outcomes.at(-1)?.reason;
  if (outcome.outcome === "applied" || outcome.outcome === "placed") situation.remark = remark;
  addOutcome(situation, outcome);
  tellOutcome(outcome, isNews, log);
}

function blockOnForeign(situation: Situation, { candidate }: Sight, clock: Clock, log: Log): number {
  const paths = candidate.foreign.join(", ");
  const reason = `${paths} was not written by upstreamd and is left alone; move it away, or start once with run --adopt`;
  return hinder(situation, reason, `foreign ${paths}`, clock, log);
}

/** Notes why the work cannot be done now; returns when it is tried again: after growing pauses while nothing about it changes. */
function hinder(situation: Situation, reason: string, of: string, clock: Clock, log: Log, later = of): number {
  const { obstacle } = situation;
  if (obstacle?.reason !== reason) log.error("blocked", { reason });
  const tries = obstacle?.of === of ? obstacle.tries + 1 : 0;
  const retryAt = clock.now() + backoff(tries, RETRY, clock.random());
  situation.obstacle = { reason, of: later, tries, retryAt };
  return retryAt;
}

/** What an apply depends on: when any of it changes, a pause ends. */
function dependencies(candidate: Candidate, nginx: NginxNow): string {
  return hashText(JSON.stringify([candidate.hash, candidate.onDisk.hash, nginx.master, nginx.version, nginx.state]));
}
