import type { Metadata } from "../model/configuration.ts";
import { type Answer, type Snapshot, type Watch, watchKey } from "../model/snapshot.ts";
import { UpstreamdError } from "../support/errors.ts";
import { nameOf } from "./doubt.ts";
import { formatHealth, parseHealth } from "./health.ts";
import { jsonErrorAt } from "./json-error.ts";

/** A snapshot as text, an entry for each watch that was answered believably. Same arguments, same bytes. */
export function formatSnapshot(snapshot: Snapshot, watches: readonly Watch[], takenAt: string): string {
  const services = watches.flatMap((watch) => {
    const answer = snapshot.answers.get(watchKey(watch));
    return answer?.kind === "believed" ? [entryOf(watch, answer)] : [];
  });
  return `${JSON.stringify({ version: 1, taken_at: takenAt, services }, null, 2)}\n`;
}

/** Reads what `formatSnapshot` wrote, for the watches that are needed. Throws `SNAPSHOT_INVALID` with the place, or with the watch that is not there. */
export function parseSnapshot(text: string, path: string, watches: readonly Watch[], metadata: Metadata = "ours"): Snapshot {
  const entries = readEntries(readJson(text, path), path);
  return { answers: new Map(watches.map((watch) => [watchKey(watch), answerFor(watch, entries, { watches, path, metadata })])) };
}

interface Entry {
  readonly service: string;
  readonly datacenter: string | null;
  readonly namespace: string | null;
  readonly partition: string | null;
  readonly filter: string | null;
  readonly instances: unknown;
  /** Where it stands: `services[0]`. */
  readonly at: string;
}

function entryOf(watch: Watch, { instances }: Answer & { readonly kind: "believed" }): Readonly<Record<string, unknown>> {
  return {
    service: watch.service,
    datacenter: watch.datacenter ?? instances[0]?.datacenter ?? null,
    ...(watch.namespace === null ? {} : { namespace: watch.namespace }),
    ...(watch.partition === null ? {} : { partition: watch.partition }),
    filter: watch.filter,
    instances: instances.map(formatHealth),
  };
}

function readJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { line, column } = jsonErrorAt(text);
    throw invalid(`${path}:${line}:${column}: this is not JSON.`);
  }
}

function readEntries(document: unknown, path: string): readonly Entry[] {
  if (!isRecord(document)) throw invalid(`${path}: a snapshot is an object, and this is not.`);
  if (document["version"] !== 1)
    throw invalid(`${path}: version is ${JSON.stringify(document["version"]) ?? "missing"}, and only 1 can be read.`);
  const services = document["services"];
  if (!Array.isArray(services)) throw invalid(`${path}: services is not a list.`);
  return services.map((value: unknown, i) => readEntry(value, `services[${i}]`, path));
}

function readEntry(value: unknown, at: string, path: string): Entry {
  if (!isRecord(value)) throw invalid(`${path}: ${at} is not an object.`);
  const service = value["service"];
  if (typeof service !== "string") throw invalid(`${path}: ${at}.service is not a text.`);
  const optional = (key: string): string | null => {
    const field = value[key] ?? null;
    if (field !== null && typeof field !== "string") throw invalid(`${path}: ${at}.${key} is neither a text nor null.`);
    return field;
  };
  const [datacenter, namespace, partition, filter] = ["datacenter", "namespace", "partition", "filter"].map(optional);
  return {
    service,
    datacenter: datacenter ?? null,
    namespace: namespace ?? null,
    partition: partition ?? null,
    filter: filter ?? null,
    instances: value["instances"],
    at,
  };
}

interface Reading {
  readonly watches: readonly Watch[];
  readonly path: string;
  readonly metadata: Metadata;
}

function answerFor(watch: Watch, entries: readonly Entry[], { watches, path, metadata }: Reading): Answer {
  const entry = findEntry(watch, entries, watches);
  if (entry === undefined) throw missing(watch, entries, path);
  const health = parseHealth(entry.instances, watch.service, metadata);
  if (health === null) throw invalid(`${path}: ${entry.at}.instances is not a list of objects with a Node and a Service each.`);
  return { kind: "believed", ...health };
}

/** A watch without a datacenter was answered by the agent's own, which the entry names: it is one that no other watch asks for by name. */
function findEntry(watch: Watch, entries: readonly Entry[], watches: readonly Watch[]): Entry | undefined {
  const fitting = entries.filter((entry) => sameApartFromDatacenter(watch, entry));
  if (watch.datacenter !== null) return fitting.find((entry) => entry.datacenter === watch.datacenter);
  const named = new Set(watches.filter((other) => sameApartFromDatacenter(watch, other)).map((other) => other.datacenter));
  return fitting.find((entry) => entry.datacenter === null) ?? fitting.find((entry) => !named.has(entry.datacenter)) ?? fitting[0];
}

function sameApartFromDatacenter(watch: Watch, other: Omit<Watch, "datacenter">): boolean {
  return (
    watch.service === other.service &&
    watch.namespace === other.namespace &&
    watch.partition === other.partition &&
    watch.filter === other.filter
  );
}

function missing(watch: Watch, entries: readonly Entry[], path: string): UpstreamdError {
  const filter = watch.filter === null ? "without a filter" : `with the filter ${JSON.stringify(watch.filter)}`;
  const near = entries.some((entry) => entry.service === watch.service)
    ? " It has that service, but from another place or with another filter."
    : "";
  return invalid(`${path} lacks ${nameOf(watch)} ${filter}, which the configuration needs.${near}`);
}

function invalid(message: string): UpstreamdError {
  return new UpstreamdError(
    "SNAPSHOT_INVALID",
    message,
    "Write a new one with `upstreamd snapshot --out FILE` and the same configuration.",
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
