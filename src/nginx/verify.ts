import type { Clock } from "../model/clock.ts";
import type { RunningVerdict } from "../model/host.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import type { LogTail } from "./error-log.ts";
import { findMaster } from "./find-master.ts";
import type { Installation } from "./installation.ts";
import { type Master, readMaster } from "./masters.ts";
import { hasPendingHangup } from "./proc.ts";
import { createProof, type ProofLimits, type Sighting } from "./proof.ts";
import { readChildren } from "./workers.ts";

/** What the reload is watched with. */
export interface Watching {
  readonly installation: Installation;
  /** Follows the error log since just before the signal. */
  readonly tail: LogTail;
  readonly logs: readonly string[];
  readonly limits: ProofLimits;
  readonly clock: Clock;
}

/** A new worker takes a few milliseconds to appear (facts: Reload and what proves it). */
const POLL_MS = 10;

/** Watches processes and the error log until the reload that `before` preceded is proven, refused or overdue. */
export async function watchReload(before: NginxNow, { installation, tail, logs, limits, clock }: Watching): Promise<RunningVerdict> {
  const proof = createProof(before, limits);
  const started = clock.now();
  for (;;) {
    const from = clock.now();
    const master = sameMaster(before, installation);
    const verdict = proof({
      at: from - started,
      master,
      ...look({
        workers: () => (master === null ? [] : readChildren(master).workers),
        lines: () => tail.read(logs),
        pending: () => master !== null && hasPendingHangup(master.pid),
      }),
    });
    if (verdict !== null) return verdict;
    // On a machine with very many processes, looking may take longer than the pause.
    await clock.sleep(Math.max(POLL_MS, clock.now() - from));
  }
}

/** Where each part of a sighting is read. */
export interface Eyes {
  readonly workers: () => Sighting["workers"];
  readonly lines: () => Sighting["lines"];
  readonly pending: () => boolean;
}

/**
 * One look. Whether the signal still waits is asked last: only then did all that was seen before it happen before it was taken. Asked
 * first, workers that are born between two readings would count as those of an earlier reload, and the reload as never done.
 */
export function look({ workers, lines, pending }: Eyes): Pick<Sighting, "workers" | "lines" | "pending"> {
  const seen = { workers: workers(), lines: lines() };
  return { ...seen, pending: pending() };
}

function sameMaster({ master }: NginxNow, installation: Installation): Master | null {
  const same = master === null ? null : readMaster(master.pid);
  if (same !== null && same.startTicks === master?.startTicks) return same;
  const found = findMaster(installation);
  return found.found === "master" ? found.master : null;
}
