import type { ConsulClient } from "../consul/client.ts";
import { watchConsul } from "../consul/watch.ts";
import { believe } from "../model/belief.ts";
import type { Clock } from "../model/clock.ts";
import type { Configuration } from "../model/configuration.ts";
import { watchesOf } from "../model/settings.ts";
import type { Log } from "../support/log.ts";
import type { Situation } from "./situation.ts";
import type { Wake } from "./wake.ts";

export interface FollowParts {
  readonly client: ConsulClient;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
}

/** Follows Consul until the signal: folds each snapshot into the belief, and rings. */
export async function follow(situation: Situation, parts: FollowParts, signal: AbortSignal): Promise<void> {
  const { client, configuration, clock, log } = parts;
  for await (const event of watchConsul({
    client,
    watches: watchesOf(configuration.settings),
    settings: configuration.consul,
    clock,
    log,
    signal,
  })) {
    if (event.kind === "snapshot") {
      situation.snapshot = event.snapshot;
      fold(situation, parts, signal);
      parts.wake.ring();
    } else {
      // A report comes at each answer; only how Consul is doing may be a reason to act.
      if (event.report.state !== situation.consul.state) parts.wake.ring();
      situation.consul = event.report;
    }
  }
}

/** Folds the newest snapshot in, now and again when the belief asks for it. */
function fold(situation: Situation, parts: FollowParts, signal: AbortSignal): void {
  const { snapshot } = situation;
  if (snapshot === null || signal.aborted) return;
  const { belief, wakeAt, events } = believe(situation.belief, snapshot, situation.settings, parts.clock.now());
  situation.belief = belief;
  for (const { upstream, from, to, reason } of events) {
    const level = to === "ok" ? "info" : "warn";
    parts.log[level]("an upstream is believed anew", { upstream, from, to, ...(reason === null ? {} : { reason }) });
  }
  if (wakeAt === null) return;
  void parts.clock.sleep(wakeAt - parts.clock.now(), signal).then(() => {
    if (situation.snapshot !== snapshot) return;
    fold(situation, parts, signal);
    parts.wake.ring();
  });
}
