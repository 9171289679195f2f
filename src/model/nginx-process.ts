/** A process that can be told from a later one with the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot (`/proc/PID/stat`, field 22). */
  readonly startTicks: number;
}

/** A moment on the clock by which the kernel counts the start of processes: it never goes back, and begins anew at each boot. */
export interface Moment {
  readonly boot: string;
  /** Clock ticks since boot. */
  readonly ticks: number;
}

/** A worker of a generation: live, or finishing its last requests (facts: Reload and what proves it). */
export interface Worker extends ProcessId {
  readonly state: "live" | "shutting_down" | "starting";
}

export type NginxState = "running" | "stopped" | "no_workers" | "unknown";

/** What Nginx is doing at one moment. */
export interface NginxNow {
  readonly state: NginxState;
  /** `major.minor.patch`. */
  readonly version: string;
  /** Where the version was learnt: `option`, `master`, `binary`, `newest`. */
  readonly versionFrom: "option" | "master" | "binary" | "newest";
  /** When this was seen. */
  readonly at: Moment;
  readonly master: ProcessId | null;
  readonly workers: readonly Worker[];
  /** Workers of all generations and helpers, without the master. */
  readonly processes: number;
  /** Why the state is `unknown`, else null. */
  readonly reason: string | null;
  /** Whether the processes of this Nginx cannot be seen from here at all, now or later. */
  readonly isHidden: boolean;
  /** Whether it has been started and has no master yet: nobody knows which files it has read. */
  readonly isStarting: boolean;
}

/** An Nginx of this version that nobody looked at, for what depends on the version alone. */
export function unseenNginx(version: string, versionFrom: NginxNow["versionFrom"]): NginxNow {
  const absent = { master: null, workers: [], processes: 0, at: { boot: "", ticks: 0 } };
  return { state: "unknown", version, versionFrom, ...absent, reason: "nobody looked", isHidden: false, isStarting: false };
}
