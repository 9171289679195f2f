import type { Clock } from "../../model/clock.ts";
import type { Catalog } from "./catalog.ts";
import type { Draft } from "./draft.ts";
import { BLANK_CHECK, type ServiceFacts } from "./rows.ts";
import type { TcpChecks } from "./tcp-checks.ts";
import type { TtlTimers } from "./ttl.ts";

export const DATACENTER = "dc1";
export const NODE = "stand-in";
export const NODE_ID = "5ca1ab1e-0000-4000-8000-000000000001";
export const VERSION = "1.22.7";
/** What a server agent gives as the leader: an address that is not served here. */
export const LEADER = "127.0.0.1:8300";

/** What every endpoint works with. */
export interface Agent {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** The only token that may do anything; null switches ACLs off. */
  readonly token: string | null;
  readonly ttl: TtlTimers;
  readonly tcp: TcpChecks;
  /** The index that the streaming back end answers with for a name that it was first asked for when nothing had it. */
  readonly emptyViews: Map<string, number>;
}

/** One request, taken apart. */
export interface Request {
  /** What follows the route's path, decoded. */
  readonly rest: string;
  readonly parameters: URLSearchParams;
  readonly token: string | null;
  readonly body: string;
  /** Aborts when the client hangs up or the stand-in stops. */
  readonly gone: AbortSignal;
}

/** Registers the agent's own node with the service `consul`, as a server agent does of itself. */
export function registerSelf(draft: Draft): void {
  const address = "127.0.0.1";
  const addresses = { lan: address, lan_ipv4: address, wan: address, wan_ipv4: address };
  const meta = { "consul-network-segment": "", "consul-version": VERSION };
  draft.putNode({ ID: NODE_ID, Node: NODE, Address: address, Datacenter: DATACENTER, TaggedAddresses: addresses, Meta: meta });
  draft.putService({ ...BLANK_SERVICE, Node: NODE, ID: "consul", Service: "consul", Port: 8300 });
  draft.putCheck({
    ...BLANK_CHECK,
    Node: NODE,
    CheckID: "serfHealth",
    Name: "Serf Health Status",
    Status: "passing",
    Output: "Agent alive and reachable",
  });
}

/** A service with nothing said about it. */
export const BLANK_SERVICE: ServiceFacts = {
  Node: "",
  Kind: "",
  ID: "",
  Service: "",
  Tags: [],
  Address: "",
  TaggedAddresses: null,
  Meta: null,
  Port: 0,
  SocketPath: "",
  Weights: { Passing: 1, Warning: 1 },
  EnableTagOverride: false,
};
