import type { Metadata } from "../model/configuration.ts";
import type { Instance } from "../model/instance.ts";
import type { Watch } from "../model/snapshot.ts";
import type { Reply } from "./client.ts";
import { agentDoubt, type Doubt, MINIMAL_POLICY, nameOf, SEE_RAFT, watchDoubt } from "./doubt.ts";
import { parseHealth } from "./health.ts";
import { parseIndex, type QueryIndex, wentBack } from "./index-rules.ts";

/** An answer that may be taken for the truth. */
export interface BelievedAnswer {
  readonly kind: "believed";
  readonly index: QueryIndex;
  readonly instances: readonly Instance[];
  readonly strangers: number;
}

export type Verdict = BelievedAnswer | { readonly kind: "doubted"; readonly doubt: Doubt };

/** What has to be known of the request to judge its answer. */
export interface Asked {
  readonly watch: Watch;
  /** The age of an answer that is still believed, in milliseconds. */
  readonly staleMs: number;
  /** Whether no token was sent. */
  readonly anonymous: boolean;
  readonly metadata: Metadata;
}

/** Whether an answer with status 200 is believed (facts: Consul: who is not believed). */
export function judge(reply: Reply, asked: Asked): Verdict {
  const index = parseIndex(reply.headers["x-consul-index"]);
  const health = parseHealth(reply.body, asked.watch.service, asked.metadata);
  const doubt = doubtOf(reply, asked, index, health?.instances.length === 0 && health.strangers === 0);
  if (doubt !== null) return { kind: "doubted", doubt };
  if (index === null || health === null) return { kind: "doubted", doubt: malformed(asked.watch) };
  return { kind: "believed", index, ...health };
}

/**
 * Whether an answer to a blocking query has to be asked for again, without index and in default consistency, before it
 * is believed: it is suddenly empty or less than half of what was there, or from before it (facts: Consul: who is not believed).
 */
export function isSuspicious(previous: BelievedAnswer | null, next: BelievedAnswer, asked: QueryIndex): boolean {
  if (wentBack(asked, next.index)) return true;
  const now = next.instances.length;
  if (now === 0 && BigInt(next.index) <= 1n) return true;
  const before = previous?.instances.length ?? 0;
  if (now === 0) return before > 0;
  return before - now >= 2 && now * 2 < before;
}

function doubtOf({ headers }: Reply, { watch, staleMs, anonymous }: Asked, index: QueryIndex | null, empty: boolean): Doubt | null {
  const name = nameOf(watch);
  const policy = `the policy ${MINIMAL_POLICY}`;
  if (index === null) {
    return agentDoubt(
      "unreachable",
      `The answer for ${name} has no X-Consul-Index: it is not Consul's, or a proxy took it away.`,
      "Point consul.address at the agent itself.",
    );
  }
  if (headers["x-consul-results-filtered-by-acls"] === "true") {
    return watchDoubt("filtered", `Consul hides a part of ${name} from this token.`, `Give the token ${policy}.`, "slowly");
  }
  if (empty && anonymous && headers["x-consul-default-acl-policy"] === "deny") {
    return watchDoubt(
      "filtered",
      `Consul shows nothing of ${name} to a request without a token.`,
      `Set consul.token_file to a token with ${policy}.`,
      "slowly",
    );
  }
  // The streaming back end gives neither the leader nor the age (facts: Consul: near=_agent and the two back ends).
  if (headers["x-consul-query-backend"] === "streaming") return null;
  if (headers["x-consul-knownleader"] === "false") {
    return agentDoubt("no_leader", `Consul knows no leader, so its answer for ${name} may be old.`, SEE_RAFT);
  }
  const age = Number(headers["x-consul-lastcontact"] ?? "0");
  if (age <= staleMs) return null;
  const said = Number.isNaN(age) ? "of unknown age" : `${age} ms old`;
  return agentDoubt("stale", `The answer for ${name} is ${said}, which is more than the ${staleMs} ms of consul.stale.`, SEE_RAFT);
}

function malformed(watch: Watch): Doubt {
  return watchDoubt(
    "stale",
    `The answer for ${nameOf(watch)} is not the list of instances that Consul documents.`,
    "Look at what answers at consul.address.",
    "soon",
  );
}
