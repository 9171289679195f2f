import { canonicalAddress } from "../model/address.ts";

export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Reads `127.0.0.1:9150`, `[::1]:9150` or `localhost:9150`; null where it is none. */
export function parseListen(text: string): Listen | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  const known = host === "::" || canonicalAddress(host) !== null || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host);
  return known && port <= 65_535 ? { host, port } : null;
}

/** Whether only this machine reaches it. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (host.startsWith("127.") && canonicalAddress(host) !== null);
}
