import type { BeliefState } from "./belief.ts";
import type { NginxState } from "./nginx-process.ts";
import type { OutcomeKind } from "./outcome.ts";
import type { Protocol } from "./settings.ts";
import type { ConsulState } from "./snapshot.ts";
import type { ServerState } from "./upstream.ts";

export type SyncState = "starting" | "in_sync" | "pending" | "blocked" | "stale";

/** What `GET /status` and `upstreamd status --json` say; the names are promised to scripts. */
export interface Status {
  readonly version: 1;
  readonly state: SyncState;
  readonly reason: string | null;
  readonly desired: { readonly hash: string | null };
  readonly on_disk: { readonly hash: string | null };
  readonly running: { readonly hash: string | null; readonly generation: number | null; readonly verified_at: string | null };
  readonly consul: { readonly state: ConsulState; readonly reason: string | null; readonly last_answer_age_s: number | null };
  readonly nginx: {
    readonly state: NginxState;
    readonly reason: string | null;
    readonly version: string | null;
    readonly master_pid: number | null;
    readonly processes: number;
  };
  readonly upstreams: readonly UpstreamStatus[];
  /** The newest last. */
  readonly outcomes: readonly OutcomeStatus[];
}

export interface UpstreamStatus {
  readonly name: string;
  readonly protocol: Protocol;
  readonly state: BeliefState;
  readonly reason: string | null;
  readonly servers: readonly { readonly address: string; readonly port: number; readonly weight: number; readonly state: ServerState }[];
  /** Registrations that are not what they claim to be. */
  readonly left_out: readonly { readonly node: string; readonly id: string; readonly because: string }[];
}

export interface OutcomeStatus {
  readonly at: string;
  readonly outcome: OutcomeKind;
  readonly generation: number | null;
  readonly reason: string | null;
  readonly duration_ms: number;
}
