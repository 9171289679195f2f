import type { ConsulReport } from "../consul/watch.ts";
import type { Clock } from "../model/clock.ts";
import { stillRuns } from "../model/running.ts";
import type { Status, SyncState, UpstreamStatus } from "../model/status.ts";
import type { BuiltUpstream } from "../model/upstreams.ts";
import type { Sight } from "../pipeline/turn.ts";
import { templateTrouble } from "./refusals.ts";
import type { Situation } from "./situation.ts";

const NOT_ASKED: ConsulReport = { state: "unreachable", reason: "Consul has not answered yet", lastAnswerAt: null, failures: new Map() };

/** What the daemon says of itself, as docs/operations.md has it. Pure but for the age of the last answer. */
export function statusOf(situation: Situation, clock: Clock): Status {
  const { seen } = situation;
  const consul = situation.consul ?? NOT_ASKED;
  const upstreams = (seen?.candidate.upstreams ?? []).map((built) => upstreamStatus(built, consul));
  const { state, reason } = stateOf(situation);
  const age = consul.lastAnswerAt === null ? null : Math.round(clock.now() - consul.lastAnswerAt) / 1000;
  return {
    version: 1,
    state,
    reason: reason ?? joined([situation.notice, summaryOf(upstreams), situation.remark]),
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

/** What is known to run: nothing is, while there are workers that were not verified. */
function runningStatus({ seen, memory: { verified, generation } }: Situation): Status["running"] {
  if (seen === null || verified === null) return NOTHING_KNOWN;
  const isKnown = (seen.candidate.known && verified.hash === seen.candidate.hash) || stillRuns(verified, seen.observed.nginx);
  return isKnown ? { hash: verified.hash, generation, verified_at: verified.at } : NOTHING_KNOWN;
}

const NOTHING_KNOWN: Status["running"] = { hash: null, generation: null, verified_at: null };

/** The first that applies: starting, blocked, pending, stale, in sync (docs/operations.md, States). */
function stateOf({ seen, obstacle, refusals, memory, consul, snapshot }: Situation): { state: SyncState; reason: string | null } {
  if (seen === null) return { state: "starting", reason: obstacle?.reason ?? consul?.reason ?? NOT_ASKED.reason };
  if (obstacle !== null) return { state: "blocked", reason: obstacle.reason };
  const trouble = templateTrouble({ seen, refusals, memory });
  if (trouble !== null) return { state: "blocked", reason: trouble };
  if (!seen.candidate.known) return { state: "pending", reason: pendingReason(seen) };
  if (consul?.state !== "ok" || snapshot === null) return { state: "stale", reason: consul?.reason ?? NOT_ASKED.reason };
  return { state: "in_sync", reason: null };
}

function pendingReason({ candidate, observed, work }: Sight): string {
  if (work === "wait" && observed.nginx.reason !== null) return observed.nginx.reason;
  if (candidate.plan.files.length > 0) return "what is on disk is being changed";
  if (work === "apply") return "it is not known yet that Nginx runs what is on disk";
  if (observed.nginx.state === "stopped")
    return "Nginx is not running: what it should run is tested and in place, and is verified when it comes up";
  if (observed.nginx.state === "no_workers")
    return "Nginx has no workers yet: what they load is tested and in place, and is known to run when they are there";
  return "nginx.reload is none: what Nginx should run is tested and in place, and is known to run when all its workers were started after that";
}

function upstreamStatus({ upstream, belief, judgements }: BuiltUpstream, consul: ConsulReport): UpstreamStatus {
  const leftOut = judgements
    .filter(({ invalid }) => invalid)
    .map(({ instance, because }) => ({ node: instance.node, id: instance.id, because }));
  return {
    name: upstream.name,
    protocol: upstream.protocol,
    state: belief.state === "ok" && consul.state !== "ok" ? "stale" : belief.state,
    reason: belief.reason ?? leftOutText(leftOut) ?? consul.reason,
    servers: upstream.servers.map(({ address, port, weight, state }) => ({ address, port, weight, state })),
    left_out: leftOut,
  };
}

function leftOutText(leftOut: UpstreamStatus["left_out"]): string | null {
  const [first] = leftOut;
  return first === undefined ? null : `${leftOut.length} registered instances are left out, the first since ${first.because}`;
}

function joined(texts: readonly (string | null)[]): string | null {
  const known = texts.filter((text) => text !== null);
  return known.length === 0 ? null : known.join("; ");
}

/** Upstreams that are not as Consul says do not change the state; they are summed up by name. */
function summaryOf(upstreams: readonly UpstreamStatus[]): string | null {
  const notable = upstreams.filter(({ state }) => state !== "ok");
  return notable.length === 0 ? null : notable.map(({ name, state }) => `${name} is ${state}`).join(", ");
}
