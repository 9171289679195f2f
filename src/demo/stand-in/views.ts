import type { Agent } from "./agent.ts";
import type { Catalog } from "./catalog.ts";
import type { View } from "./reads.ts";
import { type HealthEntry, type NodeRow, printEntry, type ServiceRow } from "./rows.ts";
import { serviceTopic } from "./topic.ts";

const NODE_SELECTORS = ["ID", "Node", "Address", "Datacenter", "Meta.*", "TaggedAddresses.*"];
const SERVICE_SELECTORS = [
  "Kind",
  "ID",
  "Service",
  "Tags",
  "Address",
  "Meta.*",
  "Port",
  "SocketPath",
  "Weights.Passing",
  "Weights.Warning",
];
const CHECK_SELECTORS = ["Node", "CheckID", "Name", "Status", "Notes", "Output", "ServiceID", "ServiceName", "ServiceTags", "Type"];

/** `/v1/health/service/NAME` as the blocking back end sees it: a name that nothing has wakes when any service loses its last instance. */
export function serviceView({ catalog }: Agent, name: string): View {
  const topic = serviceTopic(name);
  const exists = () => catalog.services(topic).length > 0;
  return {
    selectors: [...prefixed("Node", NODE_SELECTORS), ...prefixed("Service", SERVICE_SELECTORS), ...prefixed("Checks", CHECK_SELECTORS)],
    topics: () => (exists() ? [topic] : [topic, "extinction"]),
    index: () => (exists() ? catalog.indexOf(topic) : catalog.indexOf("extinction") || catalog.indexOf("nodes", "services", "checks")),
    body: (query, filter, visible) => {
      const wanted = (entry: HealthEntry) =>
        query.tags.every((tag) => entry.Service.Tags.some((own) => own.toLowerCase() === tag.toLowerCase())) &&
        (!query.passingOnly || entry.Checks.every((check) => check.Status === "passing")) &&
        filter(entry);
      return visible
        ? catalog
            .services(topic)
            .flatMap((service) => entryOf(catalog, service))
            .filter(wanted)
            .map(printEntry)
        : [];
    },
  };
}

/** The same as the streaming back end sees it: a name that nothing has is silent until something has it. */
export function streamedServiceView(agent: Agent, name: string): View {
  const topic = serviceTopic(name);
  const view = serviceView(agent, name);
  if (agent.catalog.indexOf(topic) === 0 && !agent.emptyViews.has(topic)) agent.emptyViews.set(topic, view.index());
  return { ...view, index: () => agent.catalog.indexOf(topic) || (agent.emptyViews.get(topic) ?? 1) };
}

/** `/v1/catalog/services`: names and their tags, whose order differs from call to call. */
export function servicesView({ catalog, clock }: Agent): View {
  return {
    selectors: ["Node", "NodeMeta.*", "ServiceID", "ServiceName", "ServiceTags", "ServiceMeta.*", "ServiceAddress", "ServicePort"],
    topics: () => ["services"],
    index: () => catalog.indexOf("services"),
    body: (_query, filter, visible) => {
      const tags = new Map<string, Set<string>>();
      for (const service of visible ? catalog.services() : []) {
        if (!filter(asCatalogRow(service, catalog.nodes()))) continue;
        tags.set(service.Service, new Set([...(tags.get(service.Service) ?? []), ...service.Tags]));
      }
      const names = [...tags.keys()].sort();
      return Object.fromEntries(names.map((name) => [name, shuffled([...(tags.get(name) ?? [])], clock.random)]));
    },
  };
}

/** `/v1/catalog/nodes`. */
export function nodesView({ catalog }: Agent): View {
  return {
    selectors: NODE_SELECTORS,
    topics: () => ["nodes"],
    index: () => catalog.indexOf("nodes"),
    body: (_query, filter, visible) => (visible ? catalog.nodes().filter(filter) : []),
  };
}

/** `/v1/health/state/STATE`, where `any` is every state. */
export function checksView({ catalog }: Agent, state: string): View {
  return {
    selectors: CHECK_SELECTORS,
    topics: () => ["checks"],
    index: () => catalog.indexOf("checks"),
    body: (_query, filter, visible) =>
      visible ? catalog.checks().filter((check) => (state === "any" || check.Status === state) && filter(check)) : [],
  };
}

function entryOf(catalog: Catalog, service: ServiceRow): readonly HealthEntry[] {
  const node = catalog.nodes().find((one) => one.Node === service.Node);
  const checks = catalog.checks().filter((check) => check.Node === service.Node);
  const [own, ofNode] = [service.ID, ""].map((id) => checks.filter((check) => check.ServiceID === id));
  return node === undefined ? [] : [{ Node: node, Service: service, Checks: [...(ofNode ?? []), ...(own ?? [])] }];
}

function asCatalogRow(service: ServiceRow, nodes: readonly NodeRow[]): unknown {
  const { Node, ID, Service, Tags, Meta, Address, Port } = service;
  const meta = nodes.find((one) => one.Node === Node)?.Meta;
  return {
    Node,
    NodeMeta: meta,
    ServiceID: ID,
    ServiceName: Service,
    ServiceTags: Tags,
    ServiceMeta: Meta,
    ServiceAddress: Address,
    ServicePort: Port,
  };
}

function prefixed(prefix: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${prefix}.${name}`);
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
