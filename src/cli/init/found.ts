import type { Protocol } from "../../model/settings.ts";

/** A file for generated upstreams, and why this one. */
export interface Output {
  readonly path: string;
  /** A whole sentence. */
  readonly because: string;
  /** What has to be added to Nginx's configuration before anything there is used; null: nothing. */
  readonly add: string | null;
}

/** A name from Consul as an upstream of the new file; `off` is why it is commented out, null where it is not. */
export interface Entry {
  readonly name: string;
  readonly off: string | null;
}

/** What `init` found out about this machine. A remark is a whole sentence on what it could not find out or may not write. */
export interface Found {
  /** What an editor checks the file with. */
  readonly schema: string;
  readonly consul: {
    readonly address: string;
    readonly datacenter: string | null;
    readonly namespace: string | null;
    readonly partition: string | null;
    readonly tokenFile: string | null;
    readonly remarks: readonly string[];
  };
  readonly nginx: {
    /** null: not known. */
    readonly version: string | null;
    readonly binary: string | null;
    readonly config: string | null;
    readonly prefix: string | null;
    readonly pidFile: string | null;
    readonly remark: string | null;
  };
  readonly outputs: Readonly<Record<Protocol, Output>>;
  /** Where it was asked for. */
  readonly stateDir: string | null;
  /** The methods that this Nginx has in http. */
  readonly methods: readonly string[];
  readonly entries: readonly Entry[];
  /** How many services have names that no upstream can have. */
  readonly unfit: number;
}
