import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { Clock } from "../model/clock.ts";
import { systemClock } from "../support/clock.ts";
import { type Agent, registerSelf } from "./stand-in/agent.ts";
import { expireCheck, settleCheck } from "./stand-in/agent-writes.ts";
import { type Answer, Refusal, refused } from "./stand-in/answer.ts";
import { createCatalog } from "./stand-in/catalog.ts";
import { answerRoute } from "./stand-in/routes.ts";
import { createTcpChecks } from "./stand-in/tcp-checks.ts";
import { createTtlTimers } from "./stand-in/ttl.ts";

export interface StandInOptions {
  /** A free one by default. */
  readonly port?: number;
  /** TCP connections that one client address may hold; 200 by default, as a real agent's. */
  readonly connectionLimit?: number;
  /** Switches ACLs on, with default policy deny: only this token may do anything. */
  readonly token?: string;
  readonly clock?: Clock;
}

export interface StandIn {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** Ends as if killed: hanging requests are reset and everything is forgotten. */
  stop(): Promise<void>;
  /** From now on connections are accepted and nothing is answered. */
  freeze(): void;
  /** Answers again, first of all what was asked in the meantime. */
  thaw(): void;
}

const LIMIT_TEXT = "Your IP is issuing too many concurrent connections, please rate limit your calls\n";
const LIMIT_ANSWER = `HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: ${LIMIT_TEXT.length}\r\nConnection: close\r\n\r\n${LIMIT_TEXT}`;

/**
 * Starts a small Consul in memory that behaves, for everything upstreamd asks of it, as a real agent was seen to
 * behave, its lies included. One contract of tests runs against both.
 */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { port = 0, connectionLimit = 200, token = null, clock = systemClock } = options;
  const agent = createAgent(clock, token);
  const ice = createIce();
  const stopping = new AbortController();
  const http = createHttpServer({ keepAliveTimeout: 120_000 }, (message, response) => {
    void ice
      .thawed()
      .then(() => answer(agent, message, closed(response, stopping.signal)))
      .then(async (result) => {
        await ice.thawed();
        response.writeHead(result.status, result.headers).end(result.body);
      });
  });
  const sockets = new Set<Socket>();
  const front = createServer((socket) => admit(socket, sockets, connectionLimit, (admitted) => http.emit("connection", admitted)));
  await new Promise<void>((resolve, reject) => front.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    freeze: ice.freeze,
    thaw: ice.thaw,
    stop: async () => {
      agent.ttl.stopAll();
      agent.tcp.stopAll();
      stopping.abort();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

function createAgent(clock: Clock, token: string | null): Agent {
  const catalog = createCatalog();
  const ttl = createTtlTimers(clock, (checkId) => expireCheck(agent, checkId));
  const tcp = createTcpChecks(clock, (checkId, status, output) => settleCheck(agent, checkId, status, output));
  const agent: Agent = { catalog, clock, token, ttl, tcp, emptyViews: new Map<string, number>() };
  catalog.write(registerSelf);
  return agent;
}

/** Something that everything has to wait for while it is frozen. */
function createIce(): { freeze(): void; thaw(): void; thawed(): Promise<void> } {
  let melt: (() => void) | null = null;
  let thawed = Promise.resolve();
  return {
    freeze: () => {
      if (melt === null) thawed = new Promise((resolve) => (melt = resolve));
    },
    thaw: () => {
      melt?.();
      melt = null;
    },
    thawed: () => thawed,
  };
}

/** The limit counts connections, whether they ask anything or not, and is answered before any request is read. */
function admit(socket: Socket, sockets: Set<Socket>, limit: number, use: (socket: Socket) => void): void {
  socket.on("error", () => socket.destroy());
  const client = socket.remoteAddress;
  if ([...sockets].filter((other) => other.remoteAddress === client).length >= limit) {
    socket.resume().end(LIMIT_ANSWER);
    return;
  }
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  use(socket);
}

/** Aborts when nobody waits for this response any more. */
function closed(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const hangUp = new AbortController();
  response.once("close", () => hangUp.abort());
  return AbortSignal.any([hangUp.signal, stopping]);
}

async function answer(agent: Agent, message: IncomingMessage, gone: AbortSignal): Promise<Answer> {
  const policy = { "X-Consul-Default-Acl-Policy": agent.token === null ? "allow" : "deny" };
  try {
    const url = new URL(message.url ?? "/", "http://stand-in");
    const path = readablePath(url.pathname);
    if (path === null) return { status: 400, headers: {}, body: "" };
    const token = tokenOf(message, url.searchParams);
    const found = await answerRoute(agent, message.method ?? "GET", path, {
      parameters: url.searchParams,
      token,
      body: await text(message),
      gone,
    });
    return { ...found, headers: { ...found.headers, ...policy } };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, String(error));
    return refused(new Refusal(refusal.status, refusal.message, { ...refusal.headers, ...policy }));
  }
}

/** A path with a character that cannot be printed is refused without a word. */
function readablePath(encoded: string): string | null {
  try {
    const path = decodeURIComponent(encoded);
    return /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(path) ? null : path;
  } catch {
    return null;
  }
}

function tokenOf(message: IncomingMessage, parameters: URLSearchParams): string | null {
  const header = message.headers["x-consul-token"];
  const bearer = message.headers.authorization?.replace(/^Bearer /, "");
  return (typeof header === "string" ? header : undefined) ?? bearer ?? parameters.get("token") ?? null;
}
