import type { ConsulState, Disbelief, Watch } from "../model/snapshot.ts";

/** Why an answer is not believed, whom it concerns, and when to ask again. */
export interface Doubt {
  /** `reason` is what is wrong and what to do, together. */
  readonly disbelief: Disbelief;
  readonly because: string;
  readonly hint: string;
  /** `watch`: this watch fails for itself, whatever the agent tells others. `agent`: others may well fail, too. */
  readonly scope: "agent" | "watch";
  /** `soon`: it may pass by itself. `slowly`: someone has to mend something. `configuration`: what was asked for cannot be. */
  readonly retry: "soon" | "slowly" | "configuration";
}

/** The rights that are needed, to the letter (facts: Consul: rights). */
export const MINIMAL_POLICY = 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }';

/** What to do about servers that have no leader. */
export const SEE_RAFT = "It is asked again until it can answer; see `consul operator raft list-peers`.";

type Trouble = Exclude<ConsulState, "ok">;

/** A doubt that may pass by itself and may concern the whole agent. */
export function agentDoubt(state: Trouble, because: string, hint: string): Doubt {
  return { disbelief: { state, reason: `${because} ${hint}` }, because, hint, scope: "agent", retry: "soon" };
}

/** A doubt about one watch alone. */
export function watchDoubt(state: Trouble, because: string, hint: string, retry: Doubt["retry"]): Doubt {
  return { disbelief: { state, reason: `${because} ${hint}` }, because, hint, scope: "watch", retry };
}

/** A watch as a sentence names it; quoted, because a name may hold anything. */
export function nameOf({ service, datacenter }: Watch): string {
  return datacenter === null
    ? `service ${JSON.stringify(service)}`
    : `service ${JSON.stringify(service)} in datacenter ${JSON.stringify(datacenter)}`;
}
