/** The addresses that mean every host or this one: Nginx would take them and connect to itself (facts: Addresses). */
const NOT_A_SERVER = new Set(["0.0.0.0", "255.255.255.255", "::", "::ffff:0:0", "::ffff:ffff:ffff"]);

/**
 * The canonical form of an IPv4 or IPv6 address, without brackets; null for anything else: host names, ports, zone ids,
 * octal and short forms, and addresses no server can have.
 */
export function canonicalAddress(text: string): string | null {
  const canonical = isIPv4(text) ? text : canonicalIPv6(text);
  return canonical === null || NOT_A_SERVER.has(canonical) ? null : canonical;
}

/** Orders by family, then numerically: the order in which Consul lists things must never show. */
export function compareAddresses(a: string, b: string): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Four numbers in plain decimal: a leading zero would mean octal to others. */
function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** The URL parser knows the grammar, compresses and lowers as RFC 5952 asks; it would also take what is no address at all. */
function canonicalIPv6(text: string): string | null {
  const url = `http://[${text}]/`;
  return /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
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
