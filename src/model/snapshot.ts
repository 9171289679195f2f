import type { Instance } from "./instance.ts";

/** What is asked of Consul: one service, in one place, seen through one filter. */
export interface Watch {
  readonly service: string;
  /** null: the agent's own. */
  readonly datacenter: string | null;
  readonly namespace: string | null;
  readonly partition: string | null;
  /** A Consul filter expression, evaluated by the agent. */
  readonly filter: string | null;
}

/** The canonical name of a watch: two upstreams with the same key share one query. */
export function watchKey(watch: Watch): string {
  return JSON.stringify([watch.service, watch.datacenter, watch.namespace, watch.partition, watch.filter]);
}

/** How Consul, or one watch on it, is doing (docs/operations.md, States). */
export type ConsulState = "ok" | "unreachable" | "no_leader" | "filtered" | "denied" | "stale" | "frozen";

/** Why an answer is not believed. Holds no token and no response object. */
export interface Disbelief {
  readonly state: Exclude<ConsulState, "ok">;
  /** A whole sentence for the operator. */
  readonly reason: string;
}

/** The newest believable answer of one watch, or why there is none. */
export type Answer =
  | {
      readonly kind: "believed";
      readonly instances: readonly Instance[];
      /** Entries that Consul returned under this name although they carry another (facts: Consul: an entry of the health endpoint). */
      readonly strangers: number;
    }
  | { readonly kind: "failed"; readonly disbelief: Disbelief };

/**
 * For each watch, by key, the newest believable answer or why there is none. It is only ever delivered complete: every
 * watch has answered, or has failed for itself while others of the same agent answered.
 */
export interface Snapshot {
  readonly answers: ReadonlyMap<string, Answer>;
}
