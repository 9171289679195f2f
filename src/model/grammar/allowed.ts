import { DIRECTIVES } from "../capabilities/directives.ts";
import { METHODS } from "../capabilities/methods.ts";
import { ANY_VERSION, has, rowOf } from "../capabilities/since.ts";
import { STICKY } from "../capabilities/sticky.ts";
import type { Directive, Protocol } from "../settings.ts";
import { isStickyPrinted } from "./sticky-words.ts";
import { isTime } from "./time.ts";
import { isKey } from "./variables.ts";

/** Whether a generated block may hold this directive with these arguments: any version has it, in the meaning that it seems to have. */
export function isAllowed({ name, arguments: words }: Directive, protocol: Protocol): boolean {
  if (name === "sticky") return has(rowOf(STICKY, words[0] ?? "")?.since ?? {}, protocol, ANY_VERSION) && isStickyPrinted(words);
  return Object.hasOwn(METHODS, name) ? isAllowedMethod(name, words, protocol) : isAllowedDirective(name, words, protocol);
}

function isAllowedDirective(name: string, words: readonly string[], protocol: Protocol): boolean {
  const rule = rowOf(DIRECTIVES, name);
  if (rule === undefined || !has(rule.since, protocol, ANY_VERSION)) return false;
  const [first = "", second = ""] = words;
  if (rule.value.kind === "zone_size") return words.length === 2 && /^[A-Za-z0-9_.-]+$/.test(first) && /^\d+[kKmM]?$/.test(second);
  if (!areFlags(words.slice(1), rule.flags)) return false;
  if (rule.value.kind === "time") return isTime(first);
  return /^\d+$/.test(first) && Number(first) >= rule.value.from && Number(first) <= rule.value.to;
}

function isAllowedMethod(name: string, words: readonly string[], protocol: Protocol): boolean {
  const rule = rowOf(METHODS, name);
  if (rule === undefined || !has(rule.since, protocol, ANY_VERSION)) return false;
  const [key = "", ...afterKey] = words;
  if (rule.value === "key") return isKey(key) && areFlags(afterKey, rule.flags);
  const values = words.filter((word) => !rule.flags.includes(word));
  if (!areFlags(words.slice(values.length), rule.flags)) return false;
  if (values.length === 0) return rule.value === "none" || rule.value.otherwise[protocol] === "";
  return rule.value !== "none" && rule.value.words[protocol].includes(values.join(" "));
}

function areFlags(words: readonly string[], flags: readonly string[]): boolean {
  return words.every((word, i) => flags.includes(word) && words.indexOf(word) === i);
}
