import type { Intent } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";

/** Reads a memory file, also an earlier one; throws when it is not one, so that it is set aside instead of half believed. */
export function parseMemory(text: string): Memory {
  // The first files knew no templates of the user's own.
  const record = { templates: [], ...asRecord(JSON.parse(text)) };
  const { generation, verified, placed, upstreams, templates } = record as Partial<Record<keyof Memory, unknown>>;
  number(generation, "generation");
  if (verified !== null) checkVerified(asRecord(verified));
  for (const file of asArray(placed)) checkPlaced(asRecord(file));
  for (const upstream of asArray(upstreams)) checkUpstream(asRecord(upstream));
  for (const template of asArray(templates)) checkTemplate(asRecord(template));
  return record as unknown as Memory;
}

/** Reads a journal file, likewise. */
export function parseIntent(text: string): Intent {
  const record = asRecord(JSON.parse(text));
  number(record["generation"], "generation");
  strings(record, "hash");
  for (const change of asArray(record["changes"])) checkChange(asRecord(change));
  const remember = parseMemory(JSON.stringify(record["remember"]));
  return { ...record, remember } as unknown as Intent;
}

function checkVerified(verified: Record<string, unknown>): void {
  strings(verified, "hash");
  if (verified["at"] !== null) strings(verified, "at");
  for (const id of [verified["master"], ...asArray(verified["workers"])]) {
    const { pid, startTicks } = asRecord(id);
    number(pid, "the pid of a process");
    number(startTicks, "the start of a process");
  }
}

function checkPlaced(file: Record<string, unknown>): void {
  strings(file, "path", "hash");
  if (file["protocol"] !== null) strings(file, "protocol");
  const identity = asRecord(file["identity"]);
  strings(identity, "device", "inode", "changedAtNs");
  const placedAt = asRecord(file["placedAt"]);
  strings(placedAt, "boot");
  number(placedAt["ticks"], "the moment of a placing");
  if (!/^\d+$/.test(String(identity["changedAtNs"]))) throw new Error("changedAtNs is not a time");
}

function checkUpstream(upstream: Record<string, unknown>): void {
  strings(upstream, "name", "protocol", "watch", "text");
  for (const instance of asArray(upstream["serving"])) checkInstance(asRecord(instance));
}

/** To the last field: whatever reads an instance later takes it to be one, and must not stumble at every start. */
function checkInstance(instance: Record<string, unknown>): void {
  strings(instance, "datacenter", "node", "id", "service", "address", "nodeAddress");
  number(instance["port"], "port");
  const [tags, meta, weights] = [asArray(instance["tags"]), asRecord(instance["meta"]), asRecord(instance["weights"])];
  if (![...tags, ...Object.values(meta)].every((value) => typeof value === "string")) throw new Error("a tag or metadata is not text");
  for (const key of ["passing", "warning"]) number(weights[key], `the weight ${key}`);
  for (const check of asArray(instance["checks"])) strings(asRecord(check), "id", "name", "status", "output");
  for (const tagged of Object.values(asRecord(instance["taggedAddresses"]))) {
    strings(asRecord(tagged), "address");
    number(asRecord(tagged)["port"], "the port of a tagged address");
  }
}

function checkTemplate(template: Record<string, unknown>): void {
  strings(template, "source", "destination", "text");
  const files = asRecord(template["files"]);
  strings(asRecord(files["main"]), "path", "source");
  for (const partial of asArray(files["partials"])) strings(asRecord(partial), "name", "path", "source");
}

function checkChange(change: Record<string, unknown>): void {
  strings(change, "path", "change");
  if (!["create", "update", "remove"].includes(String(change["change"]))) throw new Error(`${change["change"]} is no change`);
  for (const side of ["before", "after"]) {
    if (change[side] !== null) strings(change, side);
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("an object is missing");
  return value as Record<string, unknown>;
}

function asArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("a list is missing");
  return value;
}

function number(value: unknown, what: string): void {
  if (!Number.isSafeInteger(value)) throw new Error(`${what} is not a whole number`);
}

function strings(record: Record<string, unknown>, ...keys: readonly string[]): void {
  const missing = keys.find((key) => typeof record[key] !== "string");
  if (missing !== undefined) throw new Error(`${missing} is not text`);
}
