import { isIPv4, isIPv6 } from "node:net";

/** The addresses that mean every host or this one: Nginx would take them and connect to itself (facts: Addresses). */
const NOT_A_SERVER = new Set(["0.0.0.0", "255.255.255.255", "::", "::ffff:0:0", "::ffff:ffff:ffff"]);

/**
 * The canonical form of an IPv4 or IPv6 address, without brackets; null for anything else: host names, ports, zone ids,
 * octal and short forms, and addresses no server can have.
 */
export function canonicalAddress(text: string): string | null {
  const canonical = isIPv4(text) ? text : isIPv6(text) && !text.includes("%") ? canonicalIPv6(text) : null;
  return canonical === null || NOT_A_SERVER.has(canonical) ? null : canonical;
}

/** Orders by family, then numerically: the order in which Consul lists things must never show. */
export function compareAddresses(a: string, b: string): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The URL parser compresses and lowers as RFC 5952 asks. */
function canonicalIPv6(text: string): string {
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

/** Text of equal length for each family, so that code units order it numerically. */
function sortKey(address: string): string {
  if (isIPv4(address))
    return `4${address
      .split(".")
      .map((part) => part.padStart(3, "0"))
      .join("")}`;
  const [head = "", tail = ""] = address.split("::");
  const [before, after] = [head, tail].map((part) => (part === "" ? [] : part.split(":")));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array<string>(Math.max(0, missing)).fill("0"), ...(after ?? [])];
  return `6${groups.map((group) => group.padStart(4, "0")).join("")}`;
}
