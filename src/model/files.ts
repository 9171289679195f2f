import type { Moment } from "./nginx-process.ts";
import type { Protocol } from "./settings.ts";

/** Path to text: what should be at each destination. */
export type FileSet = ReadonlyMap<string, string>;

/** Path to the text that is to stand there, null where nothing is; what is not named stays as it is. */
export type FileEdits = ReadonlyMap<string, string | null>;

/** What stands at a path now. `text` is null where there is no file. */
export interface DiskFile {
  readonly path: string;
  readonly text: string | null;
  /** null where there is no file. */
  readonly identity: FileIdentity | null;
}

/** What tells whether a file is still the very one that was placed: any write, rename or chmod moves one of these. */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  /** Nanoseconds since the epoch, as text: it is beyond a double. */
  readonly changedAtNs: string;
}

/** A file that was put in place: how to know it again, and since when it stands. */
export interface Placing {
  readonly path: string;
  readonly identity: FileIdentity;
  /** Whoever was started later can only have read this file. */
  readonly placedAt: Moment;
}

/** A destination of ours as we last placed it. */
export interface PlacedFile extends Placing {
  /** Which upstreams it holds; null: it is what a template of the user's own printed. */
  readonly protocol: Protocol | null;
  readonly hash: string;
}

/** Every file of ours starts with these words. */
export const MANAGED_MARK = "# Managed by upstreamd";
