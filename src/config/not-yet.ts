/**
 * What the configuration may hold one day and this version does not do. It is known, so that it is refused by name and
 * never silently ignored.
 */
export const NOT_YET = {
  file: ["discover"],
  consul: ["ca_file", "cert_file", "key_file", "server_name", "verify"],
  admin: ["group"],
  upstream: ["ramp"],
} as const;

/** The same for values of keys that are there, as they are named in the message. */
export const NOT_YET_VALUES = {
  https: "an https:// address",
  unix: "a unix:// address",
  datacenters: "a list of datacenters",
  stamp: "verification by a stamp",
} as const;

/** The sentence of the refusal. */
export function notYetText(what: string): string {
  return `${what} is not built yet in this version; remove it`;
}
