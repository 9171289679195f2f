import { createClient } from "../consul/client.ts";
import { fetchSnapshot } from "../consul/fetch-snapshot.ts";
import type { Configuration } from "../model/configuration.ts";
import type { Snapshot, Watch } from "../model/snapshot.ts";
import { systemClock } from "../support/clock.ts";
import type { Io } from "./io.ts";
import { waitingFor } from "./progress.ts";

/** What Consul says now of these watches, within the time allowed; a terminal is told what is waited for. Throws `CONSUL`, or `CONFIG_INVALID` for what can never be answered. */
export async function askConsul({ consul }: Configuration, watches: readonly Watch[], timeoutMs: number, io: Io): Promise<Snapshot> {
  const client = createClient(consul);
  try {
    const request = { client, watches, clock: systemClock, timeoutMs, signal: new AbortController().signal };
    return await waitingFor(`Consul at ${consul.address}`, io, () => fetchSnapshot(request));
  } finally {
    client.close();
  }
}
