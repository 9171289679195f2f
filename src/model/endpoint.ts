/** An address and a port as Nginx and people write them: IPv6 in brackets. */
export function endpointText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}
