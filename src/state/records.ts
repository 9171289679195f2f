import type { Intent } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";

/** Reads a memory file; throws when it is not one, so that it is set aside instead of half believed. */
export function parseMemory(text: string): Memory {
  const record = asRecord(JSON.parse(text));
  const { generation, verified, placed, upstreams } = record as Partial<Record<keyof Memory, unknown>>;
  if (typeof generation !== "number") throw new Error("generation is not a number");
  if (verified !== null) checkVerified(asRecord(verified));
  for (const file of asArray(placed)) checkPlaced(asRecord(file));
  for (const upstream of asArray(upstreams)) checkUpstream(asRecord(upstream));
  return record as unknown as Memory;
}

/** Reads a journal file, likewise. */
export function parseIntent(text: string): Intent {
  const record = asRecord(JSON.parse(text));
  if (typeof record["generation"] !== "number") throw new Error("generation is not a number");
  strings(record, "hash");
  for (const change of asArray(record["changes"])) checkChange(asRecord(change));
  parseMemory(JSON.stringify(record["remember"]));
  return record as unknown as Intent;
}

function checkVerified(verified: Record<string, unknown>): void {
  strings(verified, "hash");
  for (const id of [verified["master"], ...asArray(verified["workers"])]) {
    const { pid, startTicks } = asRecord(id);
    if (typeof pid !== "number" || typeof startTicks !== "number") throw new Error("a process has no pid or no start");
  }
}

function checkPlaced(file: Record<string, unknown>): void {
  strings(file, "path", "hash");
  strings(asRecord(file["identity"]), "device", "inode", "changedAtNs");
}

function checkUpstream(upstream: Record<string, unknown>): void {
  strings(upstream, "name", "protocol", "text");
  for (const instance of asArray(upstream["serving"])) {
    const record = asRecord(instance);
    strings(record, "datacenter", "node", "id", "service", "address", "nodeAddress");
    asArray(record["tags"]);
    asArray(record["checks"]);
    for (const key of ["weights", "meta", "taggedAddresses"]) asRecord(record[key]);
  }
}

function checkChange(change: Record<string, unknown>): void {
  strings(change, "path", "change");
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

function strings(record: Record<string, unknown>, ...keys: readonly string[]): void {
  const missing = keys.find((key) => typeof record[key] !== "string");
  if (missing !== undefined) throw new Error(`${missing} is not text`);
}
