import type { NginxSettings } from "../model/configuration.ts";
import type { SignalVerdict } from "../model/host.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { messageOf } from "../support/errors.ts";
import { lastWords, type Run } from "./command.ts";
import { upgradeInProgress } from "./find-master.ts";
import type { Installation } from "./installation.ts";
import { readMaster } from "./masters.ts";

/** Why a reload may not begin now; null when it may, also when there is nobody to tell. */
export function obstacleTo(now: NginxNow, installation: Installation, settings: NginxSettings): string | null {
  if (settings.reload === "none" || isBlind(settings) || now.state === "stopped") return null;
  if (now.state === "unknown") return now.reason ?? "the state of Nginx is not known";
  return tooMany(now, settings.processLimit) ?? upgrading(installation);
}

/** Tells the master to load what is on disk, in the way that the operator chose. `before` was observed just now. */
export async function signal(before: NginxNow, installation: Installation, settings: NginxSettings, run: Run): Promise<SignalVerdict> {
  if (settings.reload === "none") return { verdict: "left" };
  if (before.state === "stopped" && !isBlind(settings)) return { verdict: "stopped" };
  const obstacle = obstacleTo(before, installation, settings);
  if (obstacle !== null) return failed(obstacle);
  const isSignal = settings.reload === "signal";
  const problem = isSignal ? hangUp(before) : await runReload(settings.reload.command, settings.timeoutMs, run);
  return problem === null ? { verdict: "signalled", before } : { ...failed(problem), taken: !isSignal };
}

/** Who reloads by a command and does not verify may have an Nginx that cannot be seen from here. */
function isBlind({ reload, verify }: NginxSettings): boolean {
  return reload !== "signal" && verify === "none";
}

/** Above its limit Nginx starts no workers and still dismisses the old ones: nobody serves (facts: Process limit). */
function tooMany({ processes, workers }: NginxNow, limit: number): string | null {
  const after = processes + Math.max(1, workers.filter(({ state }) => state === "live").length);
  if (after <= limit) return null;
  const finishing = workers.filter(({ state }) => state === "shutting_down").length;
  return `a reload could bring this Nginx to ${after} processes, above nginx.process_limit (${limit}): ${finishing} workers of earlier generations are still finishing; worker_shutdown_timeout bounds that`;
}

/** While a binary is replaced, SIGHUP starts workers without reading the configuration (facts: Reload and what proves it). */
function upgrading(installation: Installation): string | null {
  const path = upgradeInProgress(installation);
  return path === null
    ? null
    : `the Nginx binary is being upgraded (${path} is there), and until that is ended Nginx does not read its configuration again`;
}

/** The number is checked once more in the last moment: never is a signal sent to what only has the number of a master. */
function hangUp({ master }: NginxNow): string | null {
  if (master === null || readMaster(master.pid)?.startTicks !== master.startTicks) return "the master ended in this very moment";
  try {
    process.kill(master.pid, "SIGHUP");
    return null;
  } catch (error) {
    return `the master (process ${master.pid}) cannot be told to reload: ${messageOf(error)}; run upstreamd as root, or set nginx.reload to a command`;
  }
}

async function runReload(command: readonly string[], timeoutMs: number, run: Run): Promise<string | null> {
  const ended = await run(command, { timeoutMs });
  if (ended.code === 0 && !ended.timedOut) return null;
  const how = ended.timedOut ? `did not end within ${timeoutMs} ms` : `failed (${ended.signal ?? ended.code ?? "not started"})`;
  return `the reload command (${command.join(" ")}) ${how}: ${lastWords(ended)}`;
}

function failed(reason: string) {
  return { verdict: "failed", reason, taken: false } as const;
}
