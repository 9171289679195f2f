import type { ConsulSettings } from "../../src/model/configuration.ts";

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
    metadata: "ours",
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
      ID: "api-1",
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
