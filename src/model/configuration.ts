import type { Settings } from "./settings.ts";

/** Which metadata of an instance is taken in: that which means something to us (`nginx-...`), or all, where templates may print it. */
export type Metadata = "ours" | "all";

/** How to reach Consul, with the token already read. */
export interface ConsulSettings {
  /** `http://host:port`, without a path. */
  readonly address: string;
  /** Never printed, logged or written anywhere. */
  readonly token: string | null;
  readonly datacenter: string | null;
  readonly namespace: string | null;
  readonly partition: string | null;
  /** The age of an answer that is still believed, in milliseconds; 0 asks the leader. */
  readonly staleMs: number;
  readonly waitMs: number;
  /** Kept-alive connections that the watches may hold together. */
  readonly connections: number;
  readonly metadata: Metadata;
}

export type ReloadWay = "signal" | "none" | { readonly command: readonly string[] };

/** Which Nginx, and how it is tested, told and checked. null: found out on the machine. */
export interface NginxSettings {
  readonly binary: string | null;
  readonly config: string | null;
  readonly prefix: string | null;
  readonly args: readonly string[] | null;
  readonly pidFile: string | null;
  readonly reload: ReloadWay;
  readonly verify: "workers" | "none";
  /** For each Nginx process that we start, in milliseconds. */
  readonly timeoutMs: number;
  /** No reload is begun that could bring this Nginx above so many processes. */
  readonly processLimit: number;
  /** The version to assume, from `--nginx-version`. */
  readonly version: string | null;
}

export interface AdminSettings {
  readonly listen: { readonly host: string; readonly port: number } | null;
}

/** Everything a command needs, checked and complete. */
export interface Configuration {
  /** The file it was read from; null where `--service` replaced it. */
  readonly path: string | null;
  readonly consul: ConsulSettings;
  readonly nginx: NginxSettings;
  readonly settings: Settings;
  readonly stateDir: string;
  readonly admin: AdminSettings;
  /** Milliseconds from one reload signal to the next. */
  readonly minIntervalMs: number;
}
