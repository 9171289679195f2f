import type { Shares } from "./traffic.ts";

/** The servers of the story, in the order in which they are drawn. */
export const NAMES = ["red", "green", "blue"] as const;
export type ServerName = (typeof NAMES)[number];

/** A server as Consul knows it: its weight, or that it is registered although it is dead. */
export type Standing = number | "dead";

/** How things stand between two scenes: what is registered, and what the operator wants of it. */
export interface World {
  readonly servers: Readonly<Partial<Record<ServerName, Standing>>>;
  /** All servers, or only those of version 2. */
  readonly wants: "all" | "v2";
}

/** Before anything was started. */
export const NOTHING: World = { servers: {}, wants: "all" };

/** The version of each server; it is a tag. */
export const VERSIONS: Readonly<Record<ServerName, "v1" | "v2">> = { red: "v1", green: "v2", blue: "v2" };

/** What the operator writes to the configuration for the upstream `shop`. */
export function settingsIn({ wants }: World): string {
  return wants === "all" ? "{}" : `{ tags: [${wants}] }`;
}

/** Who should answer, with the weight of each. */
export function servingIn({ servers, wants }: World): readonly { readonly name: ServerName; readonly weight: number }[] {
  return NAMES.flatMap((name) => {
    const standing = servers[name];
    const isWanted = wants === "all" || VERSIONS[name] === wants;
    return typeof standing === "number" && isWanted ? [{ name, weight: standing }] : [];
  });
}

/** How so many requests in a row are shared. */
export function sharesIn(world: World, requests: number): Shares {
  const serving = servingIn(world);
  const sum = serving.reduce((total, { weight }) => total + weight, 0);
  return Object.fromEntries(serving.map(({ name, weight }) => [name, (requests * weight) / sum]));
}
