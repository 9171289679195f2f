import { stderr } from "node:process";

const EVERY_MS = 15_000;

/** Does `work` and says on stderr what is being done, how long it may take, and how long it has taken so far. */
export async function step(what, estimate, work) {
  const begun = Date.now();
  const elapsed = () => `${Math.round((Date.now() - begun) / 1000)} s`;
  stderr.write(`test tools: ${what} (${estimate}) ...\n`);
  const beat = setInterval(() => stderr.write(`test tools: ${what}: ${elapsed()} so far\n`), EVERY_MS);
  try {
    const result = await work();
    stderr.write(`test tools: ${what}: done in ${elapsed()}\n`);
    return result;
  } catch (error) {
    throw new Error(`Cannot finish "${what}" (failed after ${elapsed()}): ${error.message}`);
  } finally {
    clearInterval(beat);
  }
}
