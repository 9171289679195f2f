import { METHODS } from "../model/capabilities.ts";

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
