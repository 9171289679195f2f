/** The rows of the catalog, with the names and the order of fields that Consul prints them with (facts: Consul: an entry of the health endpoint). */

export interface Indexed {
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface NodeFacts {
  /** Empty for a node that was registered in the catalog only. */
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Datacenter: string;
  readonly TaggedAddresses: Readonly<Record<string, string>> | null;
  readonly Meta: Readonly<Record<string, string>> | null;
}

export interface ServiceFacts {
  readonly Node: string;
  readonly Kind: string;
  readonly ID: string;
  readonly Service: string;
  readonly Tags: readonly string[];
  readonly Address: string;
  readonly TaggedAddresses: Readonly<Record<string, { readonly Address: string; readonly Port: number }>> | null;
  readonly Meta: Readonly<Record<string, string>> | null;
  readonly Port: number;
  readonly SocketPath: string;
  readonly Weights: { readonly Passing: number; readonly Warning: number };
  readonly EnableTagOverride: boolean;
}

export interface CheckFacts {
  readonly Node: string;
  readonly CheckID: string;
  readonly Name: string;
  readonly Status: string;
  readonly Notes: string;
  readonly Output: string;
  /** Empty for a check of the node. */
  readonly ServiceID: string;
  readonly ServiceName: string;
  readonly ServiceTags: readonly string[];
  readonly Type: string;
  readonly Interval: string;
  readonly Timeout: string;
  readonly ExposedPort: number;
  readonly Definition: Readonly<Record<string, never>>;
}

export type NodeRow = NodeFacts & Indexed;
export type ServiceRow = ServiceFacts & Indexed;
export type CheckRow = CheckFacts & Indexed;

/** One entry of `/v1/health/service/NAME`, whole; `printEntry` leaves out what Consul leaves out. */
export interface HealthEntry {
  readonly Node: NodeRow;
  readonly Service: ServiceRow;
  readonly Checks: readonly CheckRow[];
}

/** A check with nothing said about it. */
export const BLANK_CHECK: CheckFacts = {
  Node: "",
  CheckID: "",
  Name: "",
  Status: "critical",
  Notes: "",
  Output: "",
  ServiceID: "",
  ServiceName: "",
  ServiceTags: [],
  Type: "",
  Interval: "",
  Timeout: "",
  ExposedPort: 0,
  Definition: {},
};

/** An entry as Consul prints it: an empty kind, port, socket path or set of tagged addresses is not there at all. */
export function printEntry({ Node, Service, Checks }: HealthEntry): unknown {
  const { Node: _carrier, Kind, ID, Tags, Address, TaggedAddresses, Meta, Port, SocketPath, Weights, ...rest } = Service;
  const service = {
    ...(Kind === "" ? {} : { Kind }),
    ID,
    Service: rest.Service,
    Tags,
    Address,
    ...(TaggedAddresses === null ? {} : { TaggedAddresses }),
    Meta,
    ...(Port === 0 ? {} : { Port }),
    ...(SocketPath === "" ? {} : { SocketPath }),
    Weights,
    EnableTagOverride: rest.EnableTagOverride,
    Proxy: { Mode: "", MeshGateway: {}, Expose: {} },
    Connect: {},
    PeerName: "",
    CreateIndex: rest.CreateIndex,
    ModifyIndex: rest.ModifyIndex,
  };
  return { Node, Service: service, Checks };
}
