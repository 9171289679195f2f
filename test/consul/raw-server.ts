import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface RawServer {
  readonly address: string;
  /** The paths, with their queries, that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Something that answers where Consul should, with whatever the test likes. */
export async function startRawServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  host = "127.0.0.1",
): Promise<RawServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { address: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, asked, close };
}

/** The headers of an answer of Consul's that is to be believed. */
export const GOOD_HEADERS = {
  "content-type": "application/json",
  "x-consul-index": "20",
  "x-consul-knownleader": "true",
  "x-consul-lastcontact": "0",
  "x-consul-query-backend": "blocking-query",
};
