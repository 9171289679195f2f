import { isDeepStrictEqual } from "node:util";
import type { CheckFacts, CheckRow, Indexed, NodeFacts, NodeRow, ServiceFacts, ServiceRow } from "./rows.ts";
import { serviceTopic, type Topic } from "./topic.ts";

/** What may be changed together, under one index. Whatever is already so moves nothing. */
export interface Draft {
  putNode(node: NodeFacts): void;
  putService(service: ServiceFacts): void;
  putCheck(check: CheckFacts): void;
  removeNode(node: string): void;
  removeService(node: string, id: string): void;
  removeCheck(node: string, id: string): void;
}

export interface Ledger {
  readonly nodes: Map<string, NodeRow>;
  readonly services: Map<string, ServiceRow>;
  readonly checks: Map<string, CheckRow>;
  /** Whom the changes so far concern. */
  readonly touched: Set<Topic>;
  /** What the next change is numbered with. */
  index: number;
}

/** The changes that can be made to a ledger, each noting whom it concerns. */
export function draftOn(ledger: Ledger): Draft {
  return {
    putNode: (node) => putNode(ledger, node),
    putService: (service) => putService(ledger, service),
    putCheck: (check) => {
      if (put(ledger, ledger.checks, keyOf(check.Node, check.CheckID), check)) touchOwner(ledger, check);
    },
    removeNode: (node) => removeNode(ledger, node),
    removeService: (node, id) => removeService(ledger, node, id),
    removeCheck: (node, id) => removeCheck(ledger, node, id),
  };
}

function putNode(ledger: Ledger, node: NodeFacts): void {
  if (!put(ledger, ledger.nodes, node.Node, node)) return;
  ledger.touched.add("nodes");
  touchServicesOn(ledger, node.Node);
}

function putService(ledger: Ledger, service: ServiceFacts): void {
  const key = keyOf(service.Node, service.ID);
  const before = ledger.services.get(key)?.Service ?? service.Service;
  if (!put(ledger, ledger.services, key, service)) return;
  ledger.touched.add("services").add(serviceTopic(service.Service));
  if (before !== service.Service) touchLeft(ledger, before);
}

function removeNode(ledger: Ledger, node: string): void {
  for (const service of [...ledger.services.values()]) if (service.Node === node) removeService(ledger, node, service.ID);
  for (const check of [...ledger.checks.values()]) if (check.Node === node) removeCheck(ledger, node, check.CheckID);
  if (ledger.nodes.delete(node)) ledger.touched.add("nodes");
}

function removeService(ledger: Ledger, node: string, id: string): void {
  for (const check of [...ledger.checks.values()]) {
    if (check.Node === node && check.ServiceID === id) removeCheck(ledger, node, check.CheckID);
  }
  const gone = ledger.services.get(keyOf(node, id));
  if (gone !== undefined && ledger.services.delete(keyOf(node, id))) touchLeft(ledger, gone.Service);
}

function removeCheck(ledger: Ledger, node: string, id: string): void {
  const gone = ledger.checks.get(keyOf(node, id));
  if (gone !== undefined && ledger.checks.delete(keyOf(node, id))) touchOwner(ledger, gone);
}

/** Whether it changed anything. */
function put<Facts extends object>(ledger: Ledger, table: Map<string, Facts & Indexed>, key: string, facts: Facts): boolean {
  const old = table.get(key);
  const { CreateIndex = ledger.index, ModifyIndex = ledger.index } = old ?? {};
  if (old !== undefined && isDeepStrictEqual(old, { ...facts, CreateIndex, ModifyIndex })) return false;
  table.set(key, { ...facts, CreateIndex, ModifyIndex: ledger.index });
  return true;
}

function touchOwner(ledger: Ledger, check: CheckFacts): void {
  ledger.touched.add("checks");
  if (check.ServiceID === "") touchServicesOn(ledger, check.Node);
  else ledger.touched.add(serviceTopic(check.ServiceName));
}

function touchServicesOn({ services, touched }: Ledger, node: string): void {
  for (const service of services.values()) if (service.Node === node) touched.add(serviceTopic(service.Service));
}

/** A name that an instance has just left. */
function touchLeft({ services, touched }: Ledger, name: string): void {
  touched.add("services").add(serviceTopic(name));
  if (![...services.values()].some((other) => serviceTopic(other.Service) === serviceTopic(name))) touched.add("extinction");
}

/** Rows stand by node first: a line feed comes before everything that names are usually made of. */
function keyOf(node: string, id: string): string {
  return `${node}\n${id}`;
}
