import type { PlacedFile } from "./files.ts";
import type { Instance } from "./instance.ts";
import type { ProcessId } from "./nginx-process.ts";
import type { Protocol } from "./settings.ts";
import type { AcceptedTemplate } from "./user-template.ts";

/** What was proven to run, and who runs it. */
export interface Verified {
  /** The hash of the whole file set. */
  readonly hash: string;
  readonly at: string | null;
  readonly master: ProcessId;
  readonly workers: readonly ProcessId[];
}

/** The last good state of one upstream. */
export interface RememberedUpstream {
  readonly name: string;
  readonly protocol: Protocol;
  /** The watch that it came from, by key: nothing of one service is ever used for another. */
  readonly watch: string;
  /** The last believed list that served; `keep_last` falls back on it. */
  readonly serving: readonly Instance[];
  /** Its block as Nginx accepted it. */
  readonly text: string;
}

/**
 * What survives a restart, and therefore an argument of everything that decides. With empty memory the bytes depend on
 * snapshot, settings, version and templates alone.
 */
export interface Memory {
  /** The number of the last generation that was verified; 0 before the first. */
  readonly generation: number;
  readonly verified: Verified | null;
  /** The destinations that are ours, as we last placed them. */
  readonly placed: readonly PlacedFile[];
  readonly upstreams: readonly RememberedUpstream[];
  /** The user's own templates as they came into force last. */
  readonly templates: readonly AcceptedTemplate[];
}

export const EMPTY_MEMORY: Memory = { generation: 0, verified: null, placed: [], upstreams: [], templates: [] };
