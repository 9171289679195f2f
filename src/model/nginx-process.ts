/** A process that can be told from a later one with the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot (`/proc/PID/stat`, field 22). */
  readonly startTicks: number;
}

/** A worker of a generation: live, or finishing its last requests (handbook: nginx section 5). */
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
  readonly master: ProcessId | null;
  /** When the master was started, in milliseconds since the epoch (good to about 20 ms); null without one. */
  readonly masterBornAt: number | null;
  readonly workers: readonly Worker[];
  /** When the oldest live worker was started, likewise. */
  readonly oldestWorkerBornAt: number | null;
  /** Workers of all generations and helpers, without the master. */
  readonly processes: number;
  /** Why the state is `unknown`, else null. */
  readonly reason: string | null;
}
