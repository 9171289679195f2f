import type { Directive, Protocol } from "./settings.ts";

/** `drain`: it serves the sessions that are its own, and no others. */
export type ServerState = "up" | "down" | "drain";

/** One `server` line: an address that was proven to be one, and what Nginx should do with it. */
export interface Server {
  /** A canonical IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly state: ServerState;
  readonly backup: boolean;
  readonly maxConns: number | null;
  readonly maxFails: number | null;
  /** Seconds. */
  readonly failTimeout: number | null;
  /** What sessions know it by, whatever its address; null without `sticky`. */
  readonly route: string | null;
}

/** What Nginx should balance over. Without servers it is printed with the placeholder, which refuses every request. */
export interface Upstream {
  readonly name: string;
  readonly protocol: Protocol;
  /** In the order in which every version of Nginx understands them: method, zone, keepalive, sticky (facts: Order of directives). */
  readonly directives: readonly Directive[];
  readonly servers: readonly Server[];
}

/** The server of an upstream that has none: Nginx needs one, and this one can never hit a listener (facts: Placeholder of an empty upstream). */
export const PLACEHOLDER: Server = {
  address: "127.0.0.1",
  port: 1,
  weight: 1,
  state: "down",
  backup: false,
  maxConns: null,
  maxFails: null,
  failTimeout: null,
  route: null,
};

/** The servers that are printed: the placeholder leads where no primary server could be (facts: Placeholder of an empty upstream). */
export function printedServers(upstream: Upstream): readonly Server[] {
  return upstream.servers.some((server) => !server.backup) ? upstream.servers : [PLACEHOLDER, ...upstream.servers];
}

/** Tells the placeholder from a real server when a file is read back. */
export function isPlaceholder(server: Server): boolean {
  return server.address === PLACEHOLDER.address && server.port === PLACEHOLDER.port && server.state === "down";
}
