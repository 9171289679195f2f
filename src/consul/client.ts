import { EventEmitter } from "node:events";
import { Agent, type IncomingMessage } from "node:http";
import Consul from "consul";
import type { ConsulSettings, Metadata } from "../model/configuration.ts";
import type { Watch } from "../model/snapshot.ts";
import { ConsulError, type ConsulErrorFacts, oneLine } from "./consul-error.ts";
import { FROM_THE_START, type QueryIndex } from "./index-rules.ts";
import { type GuardedRequest, TOO_LARGE, transportGuard } from "./transport-guard.ts";

/** An answer with status 2xx. `body` is parsed JSON of any shape; header names are in lower case. */
export interface Reply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** How a request is made: the whole of it, connecting included, takes `timeoutMs` at most. */
export interface Ask {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a service is asked for: with an index it blocks for `waitMs`, and may be answered by a server that is not the leader. */
export interface HealthAsk extends Ask {
  readonly index: QueryIndex;
  readonly waitMs: number;
  readonly stale: boolean;
}

/** Consul as the watches see it. Every call rejects with a `ConsulError` and nothing else. */
export interface ConsulClient {
  /** Whether requests carry no token. */
  readonly anonymous: boolean;
  /** Which metadata is of use to whoever asks. */
  readonly metadata: Metadata;
  health(watch: Watch, ask: HealthAsk): Promise<Reply>;
  /** The names of all services in one place, each with its tags. */
  services(place: Place, ask: Ask): Promise<Reply>;
  /** The address of the leader; empty where none is known. */
  leader(ask: Ask): Promise<string>;
  /** Closes all connections. */
  close(): void;
}

/** Where in a Consul something is looked for. */
export type Place = Pick<Watch, "datacenter" | "namespace" | "partition">;

/** How long a request that does not block may take before it is given up. */
export const QUICK_TIMEOUT_MS = 10_000;

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A client over the package `consul`, which makes the requests and nothing more. Speaks plain http to one address. */
export function createClient(settings: ConsulSettings, limits: { maxBodyBytes: number } = { maxBodyBytes: MAX_BODY_BYTES }): ConsulClient {
  const raced = new WeakSet<Error>();
  const requester = createRequester(settings.address);
  requester._ext("onRequest", transportGuard(limits.maxBodyBytes, raced));
  const get = async (path: string, params: Params, query: Query, ask: Ask): Promise<Reply> => {
    const once = (asked: Query, timeout: number): Promise<Response> =>
      send(requester, { path, params, query: asked, headers: headersOf(settings.token), timeout, buffer: true }, ask.signal);
    const again = (error: Error): Promise<Response> => {
      if (!raced.has(error)) throw error;
      return once(withoutIndex(query), Math.min(ask.timeoutMs, QUICK_TIMEOUT_MS));
    };
    try {
      return toReply(await once(query, ask.timeoutMs).catch(again));
    } catch (error) {
      throw toConsulError(error, settings.token);
    }
  };
  return {
    anonymous: Object.keys(headersOf(settings.token)).length === 0,
    metadata: settings.metadata,
    health: (watch, ask) => get("/health/service/{service}", { service: watch.service }, healthQuery(watch, ask), ask),
    services: (place, ask) => get("/catalog/services", {}, placeQuery(place), ask),
    leader: async (ask) => leaderOf(await get("/status/leader", {}, {}, ask)),
    close: () => requester.destroy(),
  };
}

type Params = Readonly<Record<string, string>>;
type Query = Readonly<Record<string, string>>;

/** The package puts the whole body on the response when it is told to leave it as it came. */
type Response = IncomingMessage & { readonly body?: Buffer };

/** What the package really offers, of which its types know little. */
interface Requester {
  _get(options: Record<string, unknown>): Promise<Response>;
  _ext(event: "onRequest", extension: (request: GuardedRequest, next: () => void) => void): void;
  destroy(): void;
}

/** The errors of the package, as far as they are looked at. */
interface RequestError extends Error {
  readonly isAbort?: boolean;
  readonly isTimeout?: boolean;
  readonly response?: { readonly statusCode?: number; readonly body?: Buffer };
  readonly code?: string;
}

function createRequester(address: string): Requester {
  const { hostname, port } = new URL(address);
  // The package leaves the brackets of an IPv6 address on; what the agent is given wins over what the request says.
  const agent = new Agent({ keepAlive: true, host: hostname.replace(/^\[(.*)\]$/, "$1") });
  return new Consul({ host: hostname, port: port === "" ? 80 : Number(port), agent }) as unknown as Requester;
}

/** `near` is always there: it keeps the agent's streaming back end out, whose headers and errors cannot be trusted (facts: Consul: near=_agent and the two back ends). */
function healthQuery(watch: Watch, ask: HealthAsk): Query {
  const blocking =
    ask.index === FROM_THE_START
      ? {}
      : { index: ask.index, wait: `${Math.max(1, Math.round(ask.waitMs))}ms`, ...(ask.stale ? { stale: "1" } : {}) };
  return {
    near: "_agent",
    ...placeQuery(watch),
    ...(watch.filter === null ? {} : { filter: watch.filter }),
    ...blocking,
  };
}

function placeQuery({ datacenter, namespace, partition }: Place): Query {
  return {
    ...(datacenter === null ? {} : { dc: datacenter }),
    ...(namespace === null ? {} : { ns: namespace }),
    ...(partition === null ? {} : { partition }),
  };
}

/** For the second try of a request whose connection was gone: another agent may stand there now, far below the index. */
function withoutIndex(query: Query): Query {
  const { index: _index, wait: _wait, stale: _stale, ...rest } = query;
  return rest;
}

function headersOf(token: string | null): Record<string, string> {
  return token === null || token === "" ? {} : { "x-consul-token": token };
}

/** Sends one request and ties it to the signal, which the package does not know. */
async function send(requester: Requester, options: Record<string, unknown>, signal: AbortSignal): Promise<Response> {
  if (signal.aborted) throw new ConsulError({ kind: "aborted", status: null, code: null, text: "the request was given up" });
  const ctx = new EventEmitter();
  const cancel = (): void => void ctx.emit("cancel");
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await requester._get({ ...options, ctx });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function toReply(response: Response): Reply {
  const text = response.body?.toString("utf8") ?? "";
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
  try {
    return { headers, body: JSON.parse(text) as unknown };
  } catch {
    const what = `${headers["content-type"] ?? "no content type"}: ${text === "" ? "empty" : text}`;
    throw new ConsulError({ kind: "decode", status: response.statusCode ?? null, code: null, text: what });
  }
}

function leaderOf({ body }: Reply): string {
  if (typeof body === "string") return body;
  throw new ConsulError({ kind: "decode", status: null, code: null, text: "the leader is not a JSON string" });
}

/** The one place where a foreign error is looked at: it carries the request with its token, and must not get out. */
function toConsulError(error: unknown, token: string | null): ConsulError {
  const { kind, status, code, text } = error instanceof ConsulError ? error : factsOf(error as RequestError);
  const harmless = token === null || token === "" ? text : text.replaceAll(token, "[token]");
  return new ConsulError({ kind, status, code, text: oneLine(harmless) });
}

function factsOf({ isAbort, isTimeout, response, code: given, message }: RequestError): ConsulErrorFacts {
  const code = given ?? null;
  if (isAbort === true) return { kind: "aborted", status: null, code, text: "the request was given up" };
  if (isTimeout === true) return { kind: "timeout", status: null, code, text: "no answer in time" };
  if (response !== undefined)
    return { kind: "http", status: response.statusCode ?? null, code, text: response.body?.toString("utf8") ?? "" };
  const foreign = code === null || code === TOO_LARGE || code.startsWith("HPE_") || code.startsWith("ERR_");
  return {
    kind: foreign ? "protocol" : "network",
    status: null,
    code,
    text: message.replace(/^consul: /, "") || (code ?? "it failed without a word"),
  };
}
