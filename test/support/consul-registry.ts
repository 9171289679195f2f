/** What a test registers: an instance on the agent's own node, with a TTL check when `check` gives its first state. */
export interface Registration {
  readonly service: string;
  readonly id?: string;
  readonly address?: string;
  readonly port?: number;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly weights?: { readonly Passing: number; readonly Warning: number };
  readonly check?: CheckState;
}

export type CheckState = "passing" | "warning" | "critical";

/** An instance on a node that has no agent; `fields` go into Consul's `Service` object unchanged, however odd. */
export interface CatalogEntry {
  readonly node: string;
  readonly address: string;
  readonly service: string;
  readonly id?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly checks?: readonly Readonly<Record<string, unknown>>[];
}

/** Changes what a Consul, real or stand-in, says. */
export interface Registry {
  register(registration: Registration): Promise<void>;
  deregister(id: string): Promise<void>;
  /** Sets the TTL check of the instance `id`. */
  check(id: string, state: CheckState, output?: string): Promise<void>;
  /** Service maintenance of the instance `id`. */
  maintenance(id: string, on: boolean, reason?: string): Promise<void>;
  registerOnNode(entry: CatalogEntry): Promise<void>;
  /** Without an id: the whole node. */
  deregisterFromNode(node: string, id?: string): Promise<void>;
  /** Any request of Consul's HTTP API; rejects unless the answer is a 2xx. */
  request(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** The registry behind Consul's HTTP API at `url` (`http://host:port`). */
export function consulRegistry(url: string, token?: string): Registry {
  const request = (method: string, path: string, body?: unknown) => send({ url, token }, method, path, body);
  const put = async (path: string, body?: unknown): Promise<void> => void (await request("PUT", path, body));
  return {
    request,
    register: (registration) => put("/v1/agent/service/register", serviceOf(registration)),
    deregister: (id) => put(`/v1/agent/service/deregister/${encodeURIComponent(id)}`),
    check: (id, Status, Output = "") => put(`/v1/agent/check/update/${encodeURIComponent(checkId(id))}`, { Status, Output }),
    maintenance: (id, on, reason = "") =>
      put(`/v1/agent/service/maintenance/${encodeURIComponent(id)}?enable=${on}&reason=${encodeURIComponent(reason)}`),
    registerOnNode: (entry) => put("/v1/catalog/register", entryOf(entry)),
    deregisterFromNode: (Node, ServiceID) => put("/v1/catalog/deregister", { Node, ...(ServiceID === undefined ? {} : { ServiceID }) }),
  };
}

async function send(to: { url: string; token: string | undefined }, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${to.url}${path}`, {
    method,
    headers: { connection: "close", ...(to.token === undefined ? {} : { "x-consul-token": to.token }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text.slice(0, 500)}`);
  return text === "" ? null : JSON.parse(text);
}

/** The TTL is too long to expire in a test: states change only when the test says so. */
function serviceOf({ service, id = service, address, port, tags, meta, weights, check }: Registration): Record<string, unknown> {
  const Check = check === undefined ? undefined : { CheckID: checkId(id), TTL: "24h", Status: check };
  return { Name: service, ID: id, Address: address, Port: port, Tags: tags, Meta: meta, Weights: weights, Check };
}

function checkId(id: string): string {
  return `ttl:${id}`;
}

function entryOf({ node, address, service, id = service, fields, checks }: CatalogEntry): Record<string, unknown> {
  return { Node: node, Address: address, SkipNodeUpdate: false, Service: { Service: service, ID: id, ...fields }, Checks: checks };
}
