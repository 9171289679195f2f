import { afterAll, beforeAll } from "vitest";
import { consulRegistry, type Registry } from "../../support/consul-registry.ts";

/** What is held to the contract: something at an address that says it is Consul. */
export interface Subject {
  readonly address: string;
  stop(): Promise<unknown>;
}

/** `token`: with ACLs, default policy deny, and this token allowed everything. */
export type Start = (options?: { readonly token: string }) => Promise<Subject>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** From before the request until the whole answer was here. */
  readonly ms: number;
  index(): number;
  entries(): readonly Entry[];
  json(): unknown;
}

export interface Entry {
  readonly Node: Readonly<Record<string, unknown>>;
  readonly Service: Readonly<Record<string, unknown>>;
  readonly Checks: readonly Readonly<Record<string, unknown>>[];
}

export interface Asker extends Registry {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  send(method: string, path: string, body?: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  /** `/v1/health/service/NAME?near=_agent`, which tells the truth. */
  health(name: string, query?: string): Promise<Reply>;
  address(): string;
}

let names = 0;

/** A service name that no other test uses. */
export function newName(): string {
  names += 1;
  return `service-${names}`;
}

/** Starts the subject before the tests of the enclosing `describe` and stops it after them. */
export function subject(start: Start, token?: string): Asker {
  let running: Subject | null = null;
  const address = () => {
    if (running === null) throw new Error("The subject was not started");
    return running.address;
  };
  beforeAll(async () => {
    running = await start(token === undefined ? undefined : { token });
  });
  afterAll(async () => {
    await running?.stop();
  });
  const send: Asker["send"] = (method, path, body, headers) => exchange(address(), method, path, body, headers);
  const registry = () => consulRegistry(address(), token);
  return {
    address,
    send,
    get: (path, headers) => send("GET", path, undefined, headers),
    health: (name, query = "") => send("GET", `/v1/health/service/${encodeURIComponent(name)}?near=_agent${query}`),
    register: (registration) => registry().register(registration),
    deregister: (id) => registry().deregister(id),
    check: (id, state, output) => registry().check(id, state, output),
    maintenance: (id, on, reason) => registry().maintenance(id, on, reason),
    registerOnNode: (entry) => registry().registerOnNode(entry),
    deregisterFromNode: (node, id) => registry().deregisterFromNode(node, id),
    request: (method, path, body) => registry().request(method, path, body),
  };
}

async function exchange(
  address: string,
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const before = performance.now();
  const answer = await fetch(`${address}${path}`, {
    method,
    headers: { connection: "close", ...headers },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    ms: performance.now() - before,
    index: () => Number(answer.headers.get("x-consul-index")),
    entries: () => JSON.parse(text) as Entry[],
    json: () => JSON.parse(text) as unknown,
  };
}
