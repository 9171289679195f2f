import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { atEnd } from "./cleanup.ts";
import { freePort } from "./ports.ts";

/** A server in this process that says its name to everyone who comes. */
export interface Backend {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Requests, or connections of TCP, so far. */
  hits(): number;
  stop(): Promise<void>;
}

export interface BackendOptions {
  readonly address?: string;
  readonly port?: number;
  /** How long it takes to answer. */
  readonly delayMs?: number;
  /** Of every answer of HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP backend that answers every request with its name. */
export async function startHttpBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  let hits = 0;
  const server = createHttpServer((_request, response) => {
    hits++;
    setTimeout(() => response.writeHead(200, options.headers).end(name), options.delayMs ?? 0);
  });
  return await listen(name, server, options, () => hits);
}

/** A TCP backend that says its name to every connection and closes it. */
export async function startTcpBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  let hits = 0;
  const server = createTcpServer((socket) => {
    hits++;
    socket.on("error", () => undefined);
    setTimeout(() => socket.end(name), options.delayMs ?? 0);
  });
  return await listen(name, server, options, () => hits);
}

/** As many HTTP backends, called `prefix1`, `prefix2`, ... */
export async function startHttpBackends(prefix: string, count: number): Promise<Backend[]> {
  return await Promise.all(Array.from({ length: count }, (_, i) => startHttpBackend(`${prefix}${i + 1}`)));
}

/** As many TCP backends, called `prefix1`, `prefix2`, ... */
export async function startTcpBackends(prefix: string, count: number): Promise<Backend[]> {
  return await Promise.all(Array.from({ length: count }, (_, i) => startTcpBackend(`${prefix}${i + 1}`)));
}

async function listen(name: string, server: Server, options: BackendOptions, hits: () => number): Promise<Backend> {
  const { address = "127.0.0.1", port = await freePort() } = options;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  const stop = atEnd(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return { name, address, port, hits, stop };
}
