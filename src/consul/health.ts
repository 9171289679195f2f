import type { Metadata } from "../model/configuration.ts";
import { type Check, type Instance, identityOf } from "../model/instance.ts";
import { OWN_METADATA } from "../model/metadata.ts";

/** The entries of an answer that carry the watched name to the letter, and how many did not. */
export interface HealthAnswer {
  readonly instances: readonly Instance[];
  readonly strangers: number;
}

/**
 * Reads the body of `/v1/health/service/NAME`; null when it is not an array of entries with a node and a service. Only
 * the fields that are used are kept, sorted, so that the order in which Consul lists things never shows. A single value
 * that is not what it should be becomes an empty one, which is refused later for its instance alone.
 */
export function parseHealth(body: unknown, service: string, metadata: Metadata = "ours"): HealthAnswer | null {
  if (!Array.isArray(body)) return null;
  const entries = body.map(asRecord);
  if (!entries.every((entry) => entry !== null && asRecord(entry["Node"]) !== null && asRecord(entry["Service"]) !== null)) return null;
  const all = entries.map((entry) => toInstance(entry ?? {}, metadata));
  // Consul's look-up ignores case, and a token that may write `API` can appear under `api` (facts: Consul: an entry of the health endpoint).
  const own = all.filter((instance) => instance.service === service);
  return { instances: sorted(own), strangers: all.length - own.length };
}

/** The reverse: an instance nested as Consul's health endpoint gives it, with the fields that are used. */
export function formatHealth(instance: Instance): Readonly<Record<string, unknown>> {
  const { datacenter, node, nodeAddress, id, service, tags, address, taggedAddresses, meta, port, weights, checks } = instance;
  const tagged = Object.entries(taggedAddresses).map(([name, value]) => [name, { Address: value.address, Port: value.port }]);
  return {
    Node: { Node: node, Address: nodeAddress, Datacenter: datacenter },
    Service: {
      ID: id,
      Service: service,
      Tags: tags,
      Address: address,
      TaggedAddresses: Object.fromEntries(tagged),
      Meta: meta,
      Port: port,
      Weights: { Passing: weights.passing, Warning: weights.warning },
    },
    Checks: checks.map((check) => ({
      CheckID: check.id,
      Name: check.name,
      Status: check.status,
      [isMaintenance(check.id) ? "Notes" : "Output"]: check.output,
    })),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const OUTPUT_LIMIT = 200;

function toInstance(entry: Fields, metadata: Metadata): Instance {
  const node = asRecord(entry["Node"]) ?? {};
  const service = asRecord(entry["Service"]) ?? {};
  const weights = asRecord(service["Weights"]) ?? {};
  return {
    datacenter: asText(node["Datacenter"]),
    node: asText(node["Node"]),
    id: asText(service["ID"]),
    service: asText(service["Service"]),
    address: asText(service["Address"]),
    nodeAddress: asText(node["Address"]),
    taggedAddresses: mapSorted(service["TaggedAddresses"], asRecord, (tagged) => ({
      address: asText(tagged["Address"]),
      port: asInteger(tagged["Port"], 0),
    })),
    port: asInteger(service["Port"], 0),
    tags: asArray(service["Tags"]).filter((tag) => typeof tag === "string"),
    meta: mapSorted(
      metadata === "all" ? service["Meta"] : onlyOurs(service["Meta"]),
      (value) => (typeof value === "string" ? value : null),
      (value) => value,
    ),
    weights: { passing: asInteger(weights["Passing"], 1), warning: asInteger(weights["Warning"], 1) },
    checks: asArray(entry["Checks"])
      .map((check) => toCheck(asRecord(check) ?? {}))
      .toSorted(byText),
  };
}

/** A check that cannot be read has no status, and so counts as critical. */
function toCheck(check: Fields): Check {
  const id = asText(check["CheckID"]);
  const output = isMaintenance(id) ? asText(check["Notes"]) : asText(check["Output"]);
  return { id, name: asText(check["Name"]), status: asText(check["Status"]), output: firstLine(output) };
}

/** In maintenance the reason stands in the notes. */
function isMaintenance(checkId: string): boolean {
  return checkId === "_node_maintenance" || checkId.startsWith("_service_maintenance:");
}

function firstLine(text: string): string {
  const line = text.slice(0, OUTPUT_LIMIT).split(/[\r\n\u2028\u2029]/, 1)[0] ?? "";
  // A cut in the middle of a pair would leave half a character, which no file can hold.
  return line.replace(/[\s\uD800-\uDBFF]+$/, "");
}

function sorted(instances: readonly Instance[]): readonly Instance[] {
  const keyed = instances.map((instance) => ({ key: identityOf(instance), instance }));
  return keyed.toSorted((a, b) => compare(a.key, b.key) || byText(a.instance, b.instance)).map(({ instance }) => instance);
}

function byText(a: unknown, b: unknown): number {
  return compare(JSON.stringify(a), JSON.stringify(b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where nothing prints the rest, it is noise that would wake everybody. */
function onlyOurs(meta: unknown): Fields {
  return Object.fromEntries(Object.entries(asRecord(meta) ?? {}).filter(([key]) => key.startsWith(OWN_METADATA)));
}

/** The entries that `read` accepts, by name. */
function mapSorted<T, U>(value: unknown, read: (value: unknown) => T | null, make: (value: T) => U): Readonly<Record<string, U>> {
  const entries = Object.entries(asRecord(value) ?? {}).flatMap(([key, raw]) => {
    const field = read(raw);
    return field === null ? [] : [[key, make(field)] as const];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => compare(a, b)));
}

function asRecord(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asInteger(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : otherwise;
}
