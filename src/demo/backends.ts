import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";

/** A server of the demo that Nginx balances over: it tells everybody its name. */
export interface DemoBackend {
  readonly name: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Requests (HTTP) or connections (TCP) so far. */
  served(): number;
  /** Resets what is open and frees the port, as a process does that is killed. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

/** Answers every HTTP request with its name. */
export async function startHttpBackend(name: string): Promise<DemoBackend> {
  let served = 0;
  const server = createHttpServer((_request, response) => {
    served += 1;
    response.writeHead(200, { "Content-Type": "text/plain" }).end(`${name}\n`);
  });
  return await listen(name, server, () => served);
}

/** Says its name on every TCP connection and closes it. */
export async function startTcpBackend(name: string): Promise<DemoBackend> {
  let served = 0;
  const server = createTcpServer((socket) => {
    served += 1;
    socket.end(`${name}\n`);
  });
  return await listen(name, server, () => served);
}

async function listen(name: string, server: Server, served: () => number): Promise<DemoBackend> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    // Nginx resets connections when its workers end: that is no fault of the backend.
    socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket));
  });
  const start = (wanted: number) =>
    new Promise<void>((resolve, reject) => server.once("error", reject).listen(wanted, "127.0.0.1", resolve));
  await start(0);
  const { port } = server.address() as AddressInfo;
  return {
    name,
    port,
    served,
    start: () => start(port),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
