import type { Watch } from "../model/snapshot.ts";
import type { ConsulClient, HealthAsk } from "./client.ts";
import { ConsulError } from "./consul-error.ts";
import { doubtOfError } from "./doubt-error.ts";
import { judge, type Verdict } from "./judge.ts";

/**
 * Asks for one watch once and judges what comes, believing answers that are up to `staleMs` old; null when it was given
 * up through the signal. Never rejects for what Consul does.
 */
export async function askAndJudge(client: ConsulClient, watch: Watch, how: HealthAsk, staleMs: number): Promise<Verdict | null> {
  if (how.signal.aborted) return null;
  try {
    const reply = await client.health(watch, how);
    return how.signal.aborted ? null : judge(reply, { watch, staleMs, anonymous: client.anonymous, metadata: client.metadata });
  } catch (error) {
    if (!(error instanceof ConsulError)) throw error;
    if (error.kind === "aborted" || how.signal.aborted) return null;
    return { kind: "doubted", doubt: doubtOfError(error, watch) };
  }
}
