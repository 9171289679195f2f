import { BY_NAME } from "../model/capabilities/by-name.ts";
import { ELSEWHERE } from "../model/capabilities/elsewhere.ts";
import { METHODS } from "../model/capabilities/methods.ts";
import { rowOf } from "../model/capabilities/since.ts";

/** Of a key that people know from Nginx and an upstream of ours cannot have: the sentence why, and what to do. null: it is no such key. */
export function foreignKey(section: readonly PropertyKey[], key: string): string | null {
  const isUpstream = section[0] === "defaults" ? section.length === 1 : section[0] === "upstreams" && section.length === 2;
  if (!isUpstream) return null;
  const elsewhere = rowOf(ELSEWHERE, key);
  if (elsewhere !== undefined) return `no open source version of Nginx has ${key}, only ${elsewhere.from}; ${elsewhere.instead}.`;
  if (Object.hasOwn(BY_NAME, key)) return `${key} is for servers that are host names, and upstreamd prints addresses only; remove it.`;
  return Object.hasOwn(METHODS, key) ? `a method stands behind algorithm; write algorithm: ${key}.` : null;
}
