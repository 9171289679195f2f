import { METHODS } from "../model/capabilities/methods.ts";
import type { Issue } from "./issue.ts";
import { quoted } from "./visible.ts";

/** What is wrong with an algorithm of the command line before it is read: between two commas stands nothing, which would become a part of a key. */
export function emptyPart(text: string): readonly Issue[] {
  if (!/,(,|$)|=,/.test(text)) return [];
  const expected = "something before, between and after its commas, such as hash=$request_uri,consistent";
  return [{ path: ["--algorithm"], at: "key", isOutside: true, text: `found ${quoted(text)}, expected ${expected}.` }];
}

/**
 * Reads an algorithm as it is written on a command line, into what the configuration file would hold: `least_conn`,
 * `hash=$request_uri`, `hash=KEY,consistent`, `random=two`, `random=two,least_conn`, `least_time=header,inflight`.
 */
export function algorithmFromText(text: string): unknown {
  const [, method, rest] = /^([^=,]+)(?:[=,](.*))?$/s.exec(text) ?? [];
  if (method === undefined || rest === undefined) return text;
  const rule = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const parts = rest.split(",");
  const flags: string[] = [];
  // Only at the end, because a hash key may hold a comma.
  while (parts.length > 0 && rule?.flags.includes(parts.at(-1) ?? "") === true) flags.unshift(parts.pop() ?? "");
  const value = parts.length === 0 ? true : parts.join(rule?.value === "key" ? "," : " ");
  return { [method]: value, ...Object.fromEntries(flags.map((flag) => [flag, true])) };
}
