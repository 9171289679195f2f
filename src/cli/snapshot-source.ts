import { readFile } from "node:fs/promises";
import { parseSnapshot } from "../consul/snapshot-file.ts";
import type { Configuration } from "../model/configuration.ts";
import { watchesOf } from "../model/settings.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Io } from "./io.ts";

/** What a one-shot command stands on: a file that `snapshot` wrote, or what Consul says within the time allowed. The client is loaded only then. */
export async function obtainSnapshot(configuration: Configuration, from: string | null, timeoutMs: number, io: Io): Promise<Snapshot> {
  if (from !== null) return readSnapshot(configuration, from);
  const { askConsul } = await import("./ask-consul.ts");
  return askConsul(configuration, watchesOf(configuration.settings), timeoutMs, io);
}

async function readSnapshot({ settings, consul }: Configuration, path: string): Promise<Snapshot> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UpstreamdError(
      "SNAPSHOT_INVALID",
      `Cannot read the snapshot ${path}: ${messageOf(error)}`,
      "Write one with upstreamd snapshot --out FILE.",
    );
  });
  return parseSnapshot(text, path, watchesOf(settings), consul.metadata);
}
