import type { Clock } from "../model/clock.ts";
import { isSame } from "../model/running.ts";
import type { Status, SyncState, UpstreamStatus } from "../model/status.ts";
import type { BuiltUpstream } from "../model/upstreams.ts";
import type { Situation } from "./situation.ts";

/** What the daemon says of itself, in the names of the contract. Pure but for the age of the last answer. */
export function statusOf(situation: Situation, clock: Clock): Status {
  const { seen, consul } = situation;
  const upstreams = (seen?.candidate.upstreams ?? []).map((built) => upstreamStatus(built, consul.state === "ok"));
  const { state, reason } = stateOf(situation);
  const age = consul.lastAnswerAt === null ? null : Math.round(clock.now() - consul.lastAnswerAt) / 1000;
  return {
    version: 1,
    state,
    reason: reason ?? situation.notice ?? summaryOf(upstreams),
    desired: { hash: seen?.candidate.hash ?? null },
    on_disk: { hash: seen?.candidate.onDisk.hash ?? null },
    running: runningStatus(situation),
    consul: { state: consul.state, reason: consul.reason, last_answer_age_s: age },
    nginx: {
      state: seen?.observed.nginx.state ?? "unknown",
      reason: seen?.observed.nginx.reason ?? null,
      version: seen?.observed.nginx.version ?? null,
      master_pid: seen?.observed.nginx.master?.pid ?? null,
      processes: seen?.observed.nginx.processes ?? 0,
    },
    upstreams,
    outcomes: situation.outcomes.map(({ at, outcome, generation, reason: why, durationMs }) => ({
      at,
      outcome,
      generation,
      reason: why,
      duration_ms: durationMs,
    })),
  };
}

/** What is known to run; nothing is, while no master or another one than the verified one is there. */
function runningStatus({ seen, memory }: Situation): Status["running"] {
  const master = seen?.observed.nginx.master ?? null;
  const { verified, generation } = memory;
  if (verified === null || master === null || !isSame(verified.master, master)) return { hash: null, generation: null, verified_at: null };
  return { hash: verified.hash, generation, verified_at: verified.at };
}

/** The first that applies: starting, blocked, pending, stale, in sync (contract: JSON). */
function stateOf({ seen, blocked, consul, snapshot }: Situation): { state: SyncState; reason: string | null } {
  if (blocked !== null) return { state: "blocked", reason: blocked };
  if (seen === null) return { state: "starting", reason: consul.reason ?? "Consul has not answered yet" };
  if (!seen.candidate.known)
    return { state: "pending", reason: pendingReason(seen.observed.nginx.state, seen.candidate.plan.files.length) };
  if (consul.state !== "ok" || snapshot === null)
    return { state: "stale", reason: consul.reason ?? "Consul has not answered since the start; the last good state is used" };
  return { state: "in_sync", reason: null };
}

function pendingReason(nginx: string, files: number): string {
  if (nginx === "stopped" && files === 0)
    return "Nginx is not running: what it should run is tested and in place, and is verified when it comes up";
  return files > 0 ? "what is on disk is being changed" : "it is not known yet that Nginx runs what is on disk";
}

function upstreamStatus({ upstream, belief, judgements }: BuiltUpstream, fresh: boolean): UpstreamStatus {
  const leftOut = judgements
    .filter(({ invalid }) => invalid)
    .map(({ instance, because }) => ({ node: instance.node, id: instance.id, because }));
  return {
    name: upstream.name,
    protocol: upstream.protocol,
    state: belief.state === "ok" && !fresh ? "stale" : belief.state,
    reason: belief.reason ?? (leftOut.length === 0 ? null : `${leftOut.length} registered instances are left out: ${leftOut[0]?.because}`),
    servers: upstream.servers.map(({ address, port, weight, state }) => ({ address, port, weight, state })),
    left_out: leftOut,
  };
}

/** Held, kept, empty and quarantined upstreams do not change the state; they are summed up by name. */
function summaryOf(upstreams: readonly UpstreamStatus[]): string | null {
  const notable = upstreams.filter(({ state }) => state !== "ok" && state !== "stale");
  return notable.length === 0 ? null : notable.map(({ name, state }) => `${name} is ${state}`).join(", ");
}
