import { shortened, visible } from "../config/visible.ts";
import type { Clock } from "../model/clock.ts";
import { systemClock } from "../support/clock.ts";
import type { Io } from "./io.ts";

/** What does not take longer is not worth a word. */
const PATIENCE_MS = 1_000;
const COLUMNS = 80;
/** To the beginning of the line, and away with what stands there. */
const CLEAR = "\r\u001b[K";

/** Does the work, and says on a terminal what is waited for once that takes longer than a second: one line, which is gone at the end. */
export async function waitingFor<T>(what: string, { stderr, env }: Io, work: () => Promise<T>, clock: Clock = systemClock): Promise<T> {
  if (stderr.isTTY !== true || env["TERM"] === "dumb") return work();
  const over = new AbortController();
  const telling = tell(what, stderr, clock, over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    await telling;
  }
}

async function tell(what: string, stderr: Io["stderr"], clock: Clock, over: AbortSignal): Promise<void> {
  const since = clock.now();
  await clock.sleep(PATIENCE_MS, over);
  if (over.aborted) return;
  while (!over.aborted) {
    const line = `waiting for ${visible(what)} ... ${Math.round((clock.now() - since) / 1000)} s`;
    // A line that wraps could not be taken back.
    stderr.write(CLEAR + shortened(line, (stderr.columns || COLUMNS) - 1));
    await clock.sleep(PATIENCE_MS, over);
  }
  stderr.write(CLEAR);
}
