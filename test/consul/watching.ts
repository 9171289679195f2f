import { createClient } from "../../src/consul/client.ts";
import { type ConsulReport, watchConsul } from "../../src/consul/watch.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { ConsulSettings } from "../../src/model/configuration.ts";
import { type Answer, type Snapshot, type Watch, watchKey } from "../../src/model/snapshot.ts";
import { systemClock } from "../../src/support/clock.ts";
import { type Log, SILENT } from "../../src/support/log.ts";
import { atEnd } from "../support/cleanup.ts";
import { someSettings } from "./examples.ts";

export interface Watching {
  readonly snapshots: Snapshot[];
  readonly reports: ConsulReport[];
  report(): ConsulReport | undefined;
  /** The ids of the newest snapshot's instances, or why there are none. */
  ids(watch: Watch): readonly string[] | string | undefined;
  stop(): Promise<void>;
}

type WatchOptions = Parameters<typeof watchConsul>[0];

/** Runs a watch and collects what it tells. */
export function collect(options: Omit<WatchOptions, "signal" | "log"> & { log?: Log }): Watching {
  const stop = new AbortController();
  const snapshots: Snapshot[] = [];
  const reports: ConsulReport[] = [];
  const ended = (async () => {
    for await (const event of watchConsul({ log: SILENT, ...options, signal: stop.signal })) {
      if (event.kind === "snapshot") snapshots.push(event.snapshot);
      else reports.push(event.report);
    }
  })();
  ended.catch(() => undefined);
  return {
    snapshots,
    reports,
    report: () => reports.at(-1),
    ids: (watch) => idsOf(snapshots.at(-1)?.answers.get(watchKey(watch))),
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

export function idsOf(answer: Answer | undefined): readonly string[] | string | undefined {
  return answer?.kind === "failed" ? answer.disbelief.state : answer?.instances.map(({ id }) => id);
}

/** Watches an address over the real network and clock, until the test ends. */
export function watchAddress(
  address: string,
  watches: readonly Watch[],
  change: Partial<ConsulSettings> = {},
  log: Log = SILENT,
): Watching {
  const settings = someSettings(address, change);
  const client = createClient(settings);
  const clock: Clock = systemClock;
  const watching = collect({ client, watches, settings, clock, log });
  atEnd(async () => {
    await watching.stop();
    client.close();
  });
  return watching;
}
