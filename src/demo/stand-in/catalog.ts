import { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { CheckFacts, CheckRow, Indexed, NodeFacts, NodeRow, ServiceFacts, ServiceRow } from "./rows.ts";

/** What a query can wait for: a table, the fact that some service lost its last instance, or one service by its lower-case name. */
export type Topic = "nodes" | "services" | "checks" | "extinction" | `service:${string}`;

/** What may be changed together, under one index. Whatever is already so moves nothing. */
export interface Draft {
  putNode(node: NodeFacts): void;
  putService(service: ServiceFacts): void;
  putCheck(check: CheckFacts): void;
  removeNode(node: string): void;
  removeService(node: string, id: string): void;
  removeCheck(node: string, id: string): void;
}

export interface Catalog {
  nodes(): readonly NodeRow[];
  services(): readonly ServiceRow[];
  checks(): readonly CheckRow[];
  /** The newest index of these topics; 0 when none was ever touched. */
  indexOf(...topics: readonly Topic[]): number;
  write(work: (draft: Draft) => void): void;
  /** Calls `wake` when one of the topics is touched, until the function that is returned is called. */
  onChange(topics: readonly Topic[], wake: () => void): () => void;
}

/** An index that a fresh agent has roughly reached by the time it answers. */
const FIRST_INDEX = 10;

/**
 * Nodes, services and checks in memory, each change with a new index and a wake-up for those only whom it concerns
 * (handbook: Consul section 2).
 */
export function createCatalog(): Catalog {
  const nodes = new Map<string, NodeRow>();
  const services = new Map<string, ServiceRow>();
  const checks = new Map<string, CheckRow>();
  const indexes = new Map<Topic, number>();
  const changes = new EventEmitter().setMaxListeners(0);
  const touched = new Set<Topic>();
  let next = FIRST_INDEX;

  const put = <Facts extends object>(table: Map<string, Facts & Indexed>, key: string, facts: Facts): boolean => {
    const old = table.get(key);
    const { CreateIndex = next, ModifyIndex = next } = old ?? {};
    if (old !== undefined && isDeepStrictEqual(old, { ...facts, CreateIndex, ModifyIndex })) return false;
    table.set(key, { ...facts, CreateIndex, ModifyIndex: next });
    return true;
  };
  const touchServicesOf = (node: string) => {
    for (const service of services.values()) if (service.Node === node) touched.add(serviceTopic(service.Service));
  };
  const touchOwner = (check: CheckFacts) => {
    touched.add("checks");
    if (check.ServiceID === "") touchServicesOf(check.Node);
    else touched.add(serviceTopic(check.ServiceName));
  };
  const touchGone = (name: string) => {
    touched.add("services").add(serviceTopic(name));
    if (![...services.values()].some((other) => serviceTopic(other.Service) === serviceTopic(name))) touched.add("extinction");
  };

  const draft: Draft = {
    putNode: (node) => {
      if (!put(nodes, node.Node, node)) return;
      touched.add("nodes");
      touchServicesOf(node.Node);
    },
    putService: (service) => {
      const key = keyOf(service.Node, service.ID);
      const before = services.get(key)?.Service ?? service.Service;
      if (!put(services, key, service)) return;
      touched.add("services").add(serviceTopic(service.Service));
      if (before !== service.Service) touchGone(before);
    },
    putCheck: (check) => {
      if (put(checks, keyOf(check.Node, check.CheckID), check)) touchOwner(check);
    },
    removeNode: (node) => {
      for (const service of [...services.values()]) if (service.Node === node) draft.removeService(node, service.ID);
      for (const check of [...checks.values()]) if (check.Node === node) draft.removeCheck(node, check.CheckID);
      if (nodes.delete(node)) touched.add("nodes");
    },
    removeService: (node, id) => {
      for (const check of [...checks.values()]) if (check.Node === node && check.ServiceID === id) draft.removeCheck(node, check.CheckID);
      const gone = services.get(keyOf(node, id));
      if (gone !== undefined && services.delete(keyOf(node, id))) touchGone(gone.Service);
    },
    removeCheck: (node, id) => {
      const gone = checks.get(keyOf(node, id));
      if (gone !== undefined && checks.delete(keyOf(node, id))) touchOwner(gone);
    },
  };

  return {
    nodes: () => [...nodes.values()].sort(by((node) => node.Node)),
    services: () => [...services.values()].sort(by((service) => keyOf(service.Node, service.ID))),
    checks: () => [...checks.values()].sort(by((check) => keyOf(check.Node, check.CheckID))),
    indexOf: (...topics) => Math.max(0, ...topics.map((topic) => indexes.get(topic) ?? 0)),
    write: (work) => {
      work(draft);
      const topics = [...touched];
      touched.clear();
      if (topics.length === 0) return;
      for (const topic of topics) indexes.set(topic, next);
      next += 1;
      for (const topic of topics) changes.emit(topic);
    },
    onChange: (topics, wake) => {
      for (const topic of topics) changes.on(topic, wake);
      return () => {
        for (const topic of topics) changes.off(topic, wake);
      };
    },
  };
}

/** The topic of a service: look-ups by name do not care for case. */
export function serviceTopic(name: string): Topic {
  return `service:${name.toLowerCase()}`;
}

function keyOf(node: string, id: string): string {
  return `${node}\n${id}`;
}

function by<Row>(key: (row: Row) => string): (one: Row, other: Row) => number {
  return (one, other) => (key(one) < key(other) ? -1 : 1);
}
