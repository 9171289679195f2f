import { createClient } from "../consul/client.ts";
import { type ConsulReport, watchConsul } from "../consul/watch.ts";
import { type BeliefEvent, believe } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import type { Configuration } from "../model/configuration.ts";
import { watchesOf } from "../model/settings.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { backoff } from "../support/retry.ts";
import type { Situation } from "./situation.ts";
import type { Wake } from "./wake.ts";

export interface FollowParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
}

const AGAIN = { baseMs: 500, capMs: 15_000 };

/** Follows Consul under one configuration, until the signal: folds each snapshot into the belief, and rings. */
export async function follow(situation: Situation, configuration: Configuration, parts: FollowParts, signal: AbortSignal): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      await listen(situation, configuration, parts, signal);
    } catch (error) {
      takeFailure(situation, error, parts);
      await parts.clock.sleep(backoff(tries, AGAIN, parts.clock.random()), signal);
    }
  }
}

async function listen(situation: Situation, configuration: Configuration, parts: FollowParts, signal: AbortSignal): Promise<void> {
  const client = createClient(configuration.consul);
  const { clock, log } = parts;
  const watches = watchesOf(configuration.settings);
  try {
    for await (const event of watchConsul({ client, watches, settings: configuration.consul, clock, log, signal })) {
      if (event.kind === "snapshot") hear(situation, event.snapshot, parts, signal);
      else takeReport(situation, event.report, parts);
    }
  } finally {
    client.close();
  }
}

/** A report comes at each answer; only how Consul is doing may be a reason to act. */
function takeReport(situation: Situation, report: ConsulReport, { wake }: FollowParts): void {
  if (report.state !== situation.consul?.state) wake.ring();
  situation.consul = report;
}

/** Takes a snapshot in: now, and again whenever the belief asks for it although nothing was heard. */
function hear(situation: Situation, snapshot: Snapshot, parts: FollowParts, signal: AbortSignal): void {
  situation.snapshot = snapshot;
  const { belief, wakeAt, events } = believe(situation.belief, snapshot, situation.settings, parts.clock.now());
  situation.belief = belief;
  for (const event of events) tell(event, parts.log);
  parts.wake.ring();
  if (wakeAt === null) return;
  void parts.clock.sleep(wakeAt - parts.clock.now(), signal).then(() => {
    if (signal.aborted || situation.snapshot !== snapshot) return;
    try {
      hear(situation, snapshot, parts, signal);
    } catch (error) {
      takeFailure(situation, error, parts);
    }
  });
}

/** Nothing of this may go by as if all were well. */
function takeFailure(situation: Situation, error: unknown, { log, wake }: FollowParts): void {
  const reason = `following Consul failed, which is a bug in upstreamd: ${messageOf(error)}`;
  situation.consul = { state: "unreachable", reason, lastAnswerAt: situation.consul?.lastAnswerAt ?? null, failures: new Map() };
  log.error("following Consul failed; beginning again", { reason });
  wake.ring();
}

function tell({ upstream, from, to, reason }: BeliefEvent, log: Log): void {
  log[to === "ok" ? "info" : "warn"]("an upstream is believed anew", { upstream, from, to, ...(reason === null ? {} : { reason }) });
}
