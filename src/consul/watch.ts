import type { Clock } from "../model/clock.ts";
import type { ConsulSettings } from "../model/configuration.ts";
import { type Snapshot, type Watch, watchKey } from "../model/snapshot.ts";
import { linkAbort } from "../support/linked-abort.ts";
import type { Log } from "../support/log.ts";
import { blockingQuery, type QueryEvent } from "./blocking-query.ts";
import type { ConsulClient } from "./client.ts";
import { createLatch } from "./latch.ts";
import { createProbe, type Probe } from "./probe.ts";
import { logReport, logStrangers } from "./report-log.ts";
import { afterAnswer, afterDoubt, afterRecovery, type ConsulReport, reportOf, type Standing, snapshotOf, UNKNOWN } from "./standing.ts";

export type { ConsulReport } from "./standing.ts";

export type WatchEvent =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "report"; readonly report: ConsulReport };

export interface WatchOptions {
  readonly client: ConsulClient;
  readonly watches: readonly Watch[];
  readonly settings: ConsulSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Watches Consul until the signal aborts: a report whenever something is known anew of how it is doing, a snapshot when
 * it is complete and its content differs from the last one. Only the newest of each counts: whoever is slow to take
 * them misses those in between.
 */
export async function* watchConsul(options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  const { watches, settings, clock, log } = options;
  const stop = linkAbort(options.signal);
  const { signal } = stop;
  const changed = createLatch(signal);
  const standings = new Map<string, Standing>(watches.map((watch) => [watchKey(watch), UNKNOWN]));
  const probe: Probe = createProbe({ client: options.client, clock, signal, onTurn: () => turn(standings, probe, changed.open) });
  if (watches.length > settings.connections)
    log.warn("more services than connections", { services: watches.length, connections: settings.connections });
  if (watches.length === 0) changed.open();
  const following = Promise.all(watches.map((watch) => follow(watch, { ...options, signal }, standings, probe, changed.open)));
  const settled = following.then(() => undefined, changed.fail);
  try {
    let report: ConsulReport | null = null;
    let contents: ReadonlyMap<string, string> | null = null;
    while (await changed.passed()) {
      const news = reportOf(standings, probe.isDown());
      if (!sameReport(report, news)) {
        logReport(log, report, news);
        report = news;
        yield { kind: "report", report };
      }
      const complete = snapshotOf(standings, probe.isDown());
      if (complete === null || sameContents(contents, complete.contents)) continue;
      contents = complete.contents;
      yield { kind: "snapshot", snapshot: complete.snapshot };
    }
  } finally {
    stop.abort();
    stop.unlink();
    await Promise.all([settled, probe.settled()]);
  }
}

/** Takes in what one watch tells, for as long as it runs. */
async function follow(
  watch: Watch,
  options: WatchOptions,
  standings: Map<string, Standing>,
  probe: Probe,
  changed: () => void,
): Promise<void> {
  const key = watchKey(watch);
  for await (const event of blockingQuery({ ...options, watch, hope: probe })) {
    const before = standings.get(key) ?? UNKNOWN;
    standings.set(key, after(event, before, probe, options.clock));
    if (event.kind === "answer") logStrangers(options.log, watch, before.answer, event.answer);
    changed();
  }
}

function after(event: QueryEvent, before: Standing, probe: Probe, clock: Clock): Standing {
  if (event.kind === "answer") {
    probe.acquit();
    return afterAnswer(event.answer, clock.now());
  }
  const { state } = event.doubt.disbelief;
  if (state === "unreachable" || state === "frozen" || state === "no_leader") probe.suspect();
  return afterDoubt(before, event.doubt, event.kind === "doubt" && !probe.isDown());
}

function turn(standings: Map<string, Standing>, probe: Probe, changed: () => void): void {
  if (!probe.isDown()) for (const [key, standing] of standings) standings.set(key, afterRecovery(standing));
  changed();
}

function sameReport(a: ConsulReport | null, b: ConsulReport): boolean {
  return (
    a !== null &&
    a.state === b.state &&
    a.reason === b.reason &&
    a.lastAnswerAt === b.lastAnswerAt &&
    sameEntries(a.failures, b.failures, (one, other) => one.reason === other.reason)
  );
}

function sameContents(a: ReadonlyMap<string, string> | null, b: ReadonlyMap<string, string>): boolean {
  return a !== null && sameEntries(a, b, (one, other) => one === other);
}

function sameEntries<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>, same: (one: T, other: T) => boolean): boolean {
  return (
    a.size === b.size &&
    [...b].every(([key, value]) => {
      const other = a.get(key);
      return other !== undefined && same(other, value);
    })
  );
}
