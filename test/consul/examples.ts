import type { ConsulSettings } from "../../src/model/configuration.ts";
import type { Instance } from "../../src/model/instance.ts";
import type { Watch } from "../../src/model/snapshot.ts";

export function aWatch(service: string, change: Partial<Watch> = {}): Watch {
  return { service, datacenter: null, namespace: null, partition: null, filter: null, ...change };
}

export function someSettings(address: string, change: Partial<ConsulSettings> = {}): ConsulSettings {
  return {
    address,
    token: null,
    datacenter: null,
    namespace: null,
    partition: null,
    staleMs: 2_000,
    waitMs: 60_000,
    connections: 150,
    ...change,
  };
}

export function anInstance(change: Partial<Instance> = {}): Instance {
  return {
    datacenter: "dc1",
    node: "web-1",
    id: "api1",
    service: "api",
    address: "10.0.0.1",
    nodeAddress: "10.0.0.99",
    taggedAddresses: {},
    port: 8080,
    tags: [],
    meta: {},
    weights: { passing: 1, warning: 1 },
    checks: [],
    ...change,
  };
}

/** One entry of `/v1/health/service/NAME`, as a real agent gives it. */
export function anEntry(service: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    Node: {
      ID: "1",
      Node: "web-1",
      Address: "10.0.0.99",
      Datacenter: "dc1",
      TaggedAddresses: null,
      Meta: null,
      CreateIndex: 1,
      ModifyIndex: 2,
    },
    Service: {
      ID: "api1",
      Service: "api",
      Tags: [],
      Address: "10.0.0.1",
      Meta: null,
      Port: 8080,
      Weights: { Passing: 1, Warning: 1 },
      ...service,
    },
    Checks: [],
    ...rest,
  };
}
