import { badName } from "../../config/checks.ts";
import { named } from "../../config/visible.ts";
import { canonicalAddress } from "../../model/address.ts";
import { type DefinedUpstream, isSameName } from "../../model/surroundings/defined-upstreams.ts";
import { placeOf } from "../../model/surroundings/surroundings.ts";
import type { Entry } from "./found.ts";

/** More than these nobody reads, and perhaps nobody wants all of them in Nginx. */
const MANY = 30;

/** Makes upstreams of the services in Consul: those that an upstream can be named after, and where there are few and nothing speaks against one, in force. */
export function chooseEntries(
  services: readonly string[],
  defined: readonly DefinedUpstream[],
): { entries: readonly Entry[]; unfit: number } {
  const foreign = services.filter((name) => name !== "consul");
  const names = foreign.filter((name) => badName(name) === null);
  const entries = names.map((name, i) => ({ name, off: offOf(name, names.slice(0, i), defined) }));
  const isMany = entries.length > MANY;
  return {
    entries: entries.map(({ name, off }) => ({ name, off: off ?? (isMany ? TOO_MANY : null) })),
    unfit: foreign.length - names.length,
  };
}

export const TOO_MANY = "one of many: choose which of them Nginx needs";

function offOf(name: string, earlier: readonly string[], defined: readonly DefinedUpstream[]): string | null {
  const own = defined.find((upstream) => upstream.protocol === "http" && isSameName(upstream.name, name));
  if (own !== undefined) return `your own configuration has it at ${named(placeOf(own))}; remove it there to hand it over`;
  const twin = earlier.find((other) => isSameName(other, name));
  if (twin !== undefined) return `to Nginx, which does not look at case, this is ${twin}`;
  if (name.includes(".") || canonicalAddress(name) !== null || name.toLowerCase() === "localhost")
    return "an upstream of this name would catch whatever is proxied to the host of that name";
  return name.endsWith("-sidecar-proxy") ? "a proxy of Consul's own mesh" : null;
}
