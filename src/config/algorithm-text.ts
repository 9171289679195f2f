import { METHODS } from "../model/capabilities/methods.ts";
import { rowOf } from "../model/capabilities/since.ts";
import type { Issue } from "./issue.ts";
import { didYouMean } from "./suggest.ts";
import { quoted } from "./visible.ts";

/** What would become a part of a key and is no part of one: nothing between two commas, or a flag with a slip in it. */
export function slipsOf(text: string): readonly Issue[] {
  const because = emptyPart(text) ?? mistypedFlag(text);
  return because === null ? [] : [{ path: ["--algorithm"], at: "key", isOutside: true, text: because }];
}

function emptyPart(text: string): string | null {
  if (!/,(,|$)|=,/.test(text)) return null;
  return `found ${quoted(text)}, expected something before, between and after its commas, such as hash=$request_uri,consistent.`;
}

function mistypedFlag(text: string): string | null {
  const [, method = "", last = ""] = /^([^=,]+)[=,].*,([^,$]+)$/s.exec(text) ?? [];
  const rule = rowOf(METHODS, method);
  if (rule === undefined || rule.value !== "key" || rule.flags.includes(last)) return null;
  const suggestion = didYouMean(last, rule.flags);
  return suggestion === "" ? null : `found ${quoted(last)} at the end, which is no flag of ${method}.${suggestion}`;
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
