import { createClient } from "../consul/client.ts";
import { fetchSnapshot } from "../consul/fetch-snapshot.ts";
import type { Configuration } from "../model/configuration.ts";
import { watchesOf } from "../model/settings.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { systemClock } from "../support/clock.ts";

/** What Consul says now, within the time allowed. */
export async function askConsul({ consul, settings }: Configuration, timeoutMs: number): Promise<Snapshot> {
  const client = createClient(consul);
  try {
    return await fetchSnapshot({
      client,
      watches: watchesOf(settings),
      clock: systemClock,
      timeoutMs,
      signal: new AbortController().signal,
    });
  } finally {
    client.close();
  }
}
