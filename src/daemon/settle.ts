import type { DiskFile, PlacedFile } from "../model/files.ts";
import type { Memory, Verified } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { isSameFile, liveWorkers, stillRuns } from "../model/running.ts";
import type { World } from "../pipeline/apply.ts";
import type { Policy, Sight } from "../pipeline/turn.ts";
import type { Situation } from "./situation.ts";

/**
 * There is nothing to do, but perhaps something to remember: other workers or another master that are known to run what
 * is desired, or another list of last good servers.
 */
export async function settle(situation: Situation, sight: Sight, { journal, clock }: World, { verifies }: Policy): Promise<void> {
  const {
    candidate,
    observed: { nginx, disk },
  } = sight;
  const { memory } = situation;
  const verified = candidate.known ? verifiedNow(memory, candidate.hash, nginx, verifies ? clock.wall() : null) : memory.verified;
  const generation = verified !== null && verified.hash !== memory.verified?.hash ? memory.generation + 1 : memory.generation;
  const placed = candidate.intent.remember.placed.map((file) => standingNow(file, disk, nginx));
  const next: Memory = { ...candidate.intent.remember, generation, verified, placed };
  if (JSON.stringify(next) === JSON.stringify(memory)) return;
  await journal.commit(next);
  situation.memory = next;
}

/** Running was known without a reload of ours: who was seen is who runs it. */
function verifiedNow({ verified }: Memory, hash: string, nginx: NginxNow, at: string | null): Verified | null {
  if (verified !== null && verified.hash === hash && stillRuns(verified, nginx)) return verified;
  if (nginx.master === null) return verified;
  const workers = liveWorkers(nginx).map(({ pid, startTicks }) => ({ pid, startTicks }));
  return { hash, at, master: nginx.master, workers };
}

/** A file that was touched, and still says what it should, stands since now at the latest. */
function standingNow(file: PlacedFile, disk: readonly DiskFile[], { at }: NginxNow): PlacedFile {
  const identity = disk.find(({ path }) => path === file.path)?.identity ?? null;
  return identity === null || isSameFile(file.identity, identity) ? file : { ...file, identity, placedAt: at };
}
