import type { DiskFile, FileEdits, Placing } from "./files.ts";
import type { Memory } from "./memory.ts";
import type { NginxNow, ProcessId } from "./nginx-process.ts";
import type { FileChange } from "./plan.ts";

/** What a test of a configuration says. `because`: why only a fragment of it could be tested. `impossible`: Nginx could not be asked (no rights, no binary, it hangs). */
export type TestVerdict =
  | { readonly verdict: "accepted"; readonly strength: "whole" | "fragment"; readonly because?: string }
  | { readonly verdict: "refused"; readonly reason: string }
  | { readonly verdict: "impossible"; readonly reason: string };

/** `left`: nobody was told, because the operator reloads himself. */
export type SignalVerdict =
  | { readonly verdict: "signalled"; readonly before: NginxNow }
  | { readonly verdict: "stopped" }
  | { readonly verdict: "left" }
  /** `taken`: it may have taken effect all the same, as that of a command which did its work and then failed. */
  | { readonly verdict: "failed"; readonly reason: string; readonly taken: boolean };

export type RunningVerdict =
  | { readonly verdict: "verified"; readonly master: ProcessId; readonly workers: readonly ProcessId[]; readonly checked: boolean }
  | { readonly verdict: "stopped" }
  | { readonly verdict: "not_verified"; readonly reason: string };

/** The machine as the apply protocol sees it: one Nginx and its destinations. `nginx/host` is the real one. */
export interface Host {
  observe(): Promise<NginxNow>;
  read(paths: readonly string[]): Promise<readonly DiskFile[]>;
  /** Tests the configuration as it would be with these edits; what is live stays untouched. */
  test(edits: FileEdits): Promise<TestVerdict>;
  /** Nothing is to be done for now: whatever makes the next test quicker is done. */
  rest(): void;
  /** Tests what is live. */
  testLive(): Promise<TestVerdict>;
  /** Whether a reload may begin now; null, or why it would do harm or come to nothing. */
  obstacle(): Promise<string | null>;
  /** Writes and syncs a dotfile beside each destination; nothing is live yet. Throws where the disk refuses. */
  stage(changes: readonly FileChange[]): Promise<void>;
  /** Renames what was staged over the destinations. Throws where the disk refuses, or somebody wrote meanwhile; some may then be in place. */
  place(changes: readonly FileChange[]): Promise<readonly Placing[]>;
  /** Makes what was placed survive a power loss. */
  sync(changes: readonly FileChange[]): Promise<void>;
  /** Removes what was staged and never placed, also what an earlier process left. */
  discard(paths: readonly string[]): Promise<void>;
  /** Puts the bytes from before back where ours stand. Throws where the disk refuses. */
  restore(changes: readonly FileChange[]): Promise<readonly Placing[]>;
  signal(): Promise<SignalVerdict>;
  /** Waits until the reload that `before` preceded is proven, refused, or overdue. */
  verify(before: NginxNow): Promise<RunningVerdict>;
}

/**
 * What an apply is about to do: enough to finish or to undo it in a process that knows nothing else. It is on disk
 * before the first rename.
 */
export interface Intent {
  readonly generation: number;
  /** The hash of the whole file set that is desired. */
  readonly hash: string;
  readonly changes: readonly FileChange[];
  /** What is remembered once it is verified; `verified` and `placed` are filled in then. */
  readonly remember: Memory;
}

/** The one apply that may be half done, and the memory of those that are done. `state/` is the real one. */
export interface Journal {
  note(intent: Intent): Promise<void>;
  /** Remembers, then closes the intent. */
  commit(memory: Memory): Promise<void>;
  /** Closes the intent: nothing of it is in force. */
  forget(): Promise<void>;
  /** Keeps a copy of what somebody else wrote at a destination, before it is overwritten; once, however often it is tried. */
  keep(path: string): Promise<void>;
}
