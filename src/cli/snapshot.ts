import { writeFile } from "node:fs/promises";
import { formatSnapshot } from "../consul/snapshot-file.ts";
import { snapshotOfUse } from "../model/metadata.ts";
import { watchesOf } from "../model/settings.ts";
import { systemClock } from "../support/clock.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { configurationOf } from "./configuration.ts";
import type { Io } from "./io.ts";
import type { SnapshotOptions } from "./options.ts";
import { obtainSnapshot } from "./snapshot-source.ts";
import { usedMetadata } from "./user-templates.ts";

/** `upstreamd snapshot`: what Consul says now, for `--from`. */
export async function snapshot(options: SnapshotOptions, io: Io): Promise<number> {
  const configuration = await configurationOf(options, io);
  const taken = await obtainSnapshot(configuration, null, options.timeoutMs, io);
  const used = snapshotOfUse(taken, await usedMetadata(configuration));
  const text = formatSnapshot(used, watchesOf(configuration.settings), systemClock.wall());
  if (options.out === null) io.stdout.write(text);
  else await writeTo(options.out, text);
  return 0;
}

async function writeTo(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new UpstreamdError("USAGE", `Cannot write the snapshot to ${path}: ${messageOf(error)}`, "Name a file that this user may write.");
  }
}
