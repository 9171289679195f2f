import { NOT_YET_VALUES, notYetText } from "./not-yet.ts";

export type ConsulAddress = { readonly address: string } | { readonly expected: string } | { readonly refused: string };

/**
 * Reads Consul's address as Consul's own CLI does: a URL, or `host:port` alone; without a port it is the one of http.
 * The result is `http://host:port`.
 */
export function parseConsulAddress(text: string): ConsulAddress {
  if (/^https:/i.test(text)) return { refused: notYetText(NOT_YET_VALUES.https) };
  if (/^unix:/i.test(text)) return { refused: notYetText(NOT_YET_VALUES.unix) };
  const withScheme = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (url === null || url.protocol !== "http:" || !isBare(url)) return { expected: "an address such as http://127.0.0.1:8500" };
  return { address: `http://${url.hostname}:${url.port === "" ? "80" : url.port}` };
}

function isBare(url: URL): boolean {
  return url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
}
