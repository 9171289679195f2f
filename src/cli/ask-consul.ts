import { createClient } from "../consul/client.ts";
import { fetchSnapshot } from "../consul/fetch-snapshot.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Snapshot, Watch } from "../model/snapshot.ts";
import { systemClock } from "../support/clock.ts";

/** What Consul says now of these watches, within the time allowed. Throws `CONSUL`, or `CONFIG_INVALID` for what can never be answered. */
export async function askConsul({ consul }: Configuration, watches: readonly Watch[], timeoutMs: number): Promise<Snapshot> {
  const client = createClient(consul);
  try {
    return await fetchSnapshot({ client, watches, clock: systemClock, timeoutMs, signal: new AbortController().signal });
  } finally {
    client.close();
  }
}
