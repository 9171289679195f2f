import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Status } from "../model/status.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { statusPage } from "./page.ts";

export interface AdminServer {
  close(): Promise<void>;
}

const TEXT = "text/plain; charset=utf-8";

export type Listen = { readonly socket: string } | { readonly host: string; readonly port: number };

/** What is asked of the daemon. */
export interface Subject {
  status(): Status;
  /** Whether its loop turns. */
  isTurning(): boolean;
}

/** Serves `/livez`, `/readyz`, `/status` and a page for people. Nothing here changes anything. */
export async function serveAdmin(listen: Listen, subject: Subject): Promise<AdminServer> {
  const server = createServer((request, response) => answer(request, response, subject));
  await listening(server, listen);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, subject: Subject): void {
  const path = request.url?.split("?")[0] ?? "";
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  const reply = (code: number, type: string, body: string) =>
    response.writeHead(code, { "content-type": type, "cache-control": "no-store" }).end(body);
  if (route === undefined) reply(404, TEXT, `There is no ${request.url} here; there are ${Object.keys(ROUTES).join(", ")}\n`);
  else if (request.method !== "GET" && request.method !== "HEAD") reply(405, TEXT, "Only GET: nothing here changes anything\n");
  else reply(...carefully(route, subject));
}

type Reply = readonly [code: number, type: string, body: string];

const ROUTES: Readonly<Record<string, (subject: Subject) => Reply>> = {
  "/livez": ({ isTurning }) => (isTurning() ? [200, TEXT, "alive\n"] : [503, TEXT, "the loop has not turned for a minute\n"]),
  "/readyz": (subject) => {
    const status = subject.status();
    const ready = status.state === "in_sync" && status.consul.state === "ok";
    return [ready ? 200 : 503, TEXT, ready ? "ready\n" : `${status.state}: ${status.reason ?? "no reason known"}\n`];
  },
  "/status": ({ status }) => [200, "application/json", `${JSON.stringify(status())}\n`],
  "/": ({ status }) => [200, "text/html; charset=utf-8", statusPage(status())],
};

/** A bug in what is told must not end the daemon that is asked. */
function carefully(route: (subject: Subject) => Reply, subject: Subject): Reply {
  try {
    return route(subject);
  } catch (error) {
    return [500, TEXT, `this is a bug in upstreamd: ${messageOf(error)}\n`];
  }
}

/** What Linux has room for. */
const MAX_SOCKET_PATH = 107;

/** The state folder is locked, so a socket that is there already was left by a dead process; its owner removed it before. */
async function listening(server: Server, listen: Listen): Promise<void> {
  const bytes = "socket" in listen ? Buffer.byteLength(listen.socket) : 0;
  // Node cuts a longer path off without a word, and listens on a file of another name.
  if (bytes > MAX_SOCKET_PATH) throw cannotListen(listen, `its path has ${bytes} bytes, and that of a socket may have ${MAX_SOCKET_PATH}`);
  await new Promise<void>((resolve, reject) => {
    // Never `once`: later errors, such as too many open files, would then end the daemon.
    server.on("error", (error) => reject(cannotListen(listen, error)));
    server.listen("socket" in listen ? { path: listen.socket } : { host: listen.host, port: listen.port }, resolve);
  });
}

function cannotListen(listen: Listen, error: unknown): UpstreamdError {
  const where = "socket" in listen ? listen.socket : `${listen.host}:${listen.port}`;
  return new UpstreamdError(
    "socket" in listen ? "STATE_DIR" : "LISTEN",
    `Cannot listen on ${where}: ${messageOf(error)}`,
    "Free it, or change state_dir or admin.listen.",
  );
}
