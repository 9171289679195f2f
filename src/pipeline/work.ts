import type { Log } from "../support/log.ts";
import type { World } from "./deploy.ts";
import type { Candidate, Observed } from "./prepare.ts";

/**
 * Whether there is anything to apply: something must change on disk, or it is not known that Nginx runs what is there.
 * Where nobody can be told (no Nginx, or `reload: none`), that the files are ours and in place is all that can be had.
 */
export function needsWork(candidate: Candidate, { nginx }: Observed, reloads: boolean): boolean {
  if (candidate.plan.files.length > 0) return true;
  if (candidate.known) return false;
  const inPlace = candidate.intent.remember.placed.every(({ identity }) => identity.inode !== "");
  return (nginx.state !== "stopped" && reloads) || !inPlace;
}

/** Keeps a copy of what somebody else wrote at a destination, before it is overwritten. */
export async function keepOthersWork({ others }: Candidate, { journal }: World, log: Log): Promise<void> {
  for (const { path, text } of others) {
    await journal.keep(path, text);
    log.warn("a destination was written by somebody else; a copy is kept", { path });
  }
}
