import { demand } from "./acl.ts";
import { type Agent, DATACENTER, LEADER, NODE, NODE_ID, type Request, VERSION } from "./agent.ts";
import { deregisterService, nodeMaintenance, registerService, serviceMaintenance, setCheck, updateCheck } from "./agent-writes.ts";
import { type Answer, json, Refusal } from "./answer.ts";
import { deregisterFromCatalog, registerInCatalog } from "./catalog-writes.ts";
import { readBlocking, readStreaming } from "./reads.ts";
import { checksView, nodesView, servicesView, serviceView, streamedServiceView } from "./views.ts";

interface Route {
  readonly method: "GET" | "PUT";
  /** With a slash at its end: what follows is the route's `rest`. */
  readonly path: string;
  readonly answer: (agent: Agent, request: Request) => Answer | Promise<Answer>;
}

const ROUTES: readonly Route[] = [
  { method: "PUT", path: "/v1/agent/service/register", answer: registerService },
  { method: "PUT", path: "/v1/agent/service/deregister/", answer: deregisterService },
  { method: "PUT", path: "/v1/agent/service/maintenance/", answer: serviceMaintenance },
  { method: "PUT", path: "/v1/agent/maintenance", answer: nodeMaintenance },
  { method: "PUT", path: "/v1/agent/check/pass/", answer: (agent, request) => setCheck(agent, request, "pass") },
  { method: "PUT", path: "/v1/agent/check/warn/", answer: (agent, request) => setCheck(agent, request, "warn") },
  { method: "PUT", path: "/v1/agent/check/fail/", answer: (agent, request) => setCheck(agent, request, "fail") },
  { method: "PUT", path: "/v1/agent/check/update/", answer: updateCheck },
  { method: "PUT", path: "/v1/catalog/register", answer: registerInCatalog },
  { method: "PUT", path: "/v1/catalog/deregister", answer: deregisterFromCatalog },
  { method: "GET", path: "/v1/catalog/services", answer: (agent, request) => readBlocking(agent, request, servicesView(agent)) },
  { method: "GET", path: "/v1/catalog/nodes", answer: (agent, request) => readBlocking(agent, request, nodesView(agent)) },
  { method: "GET", path: "/v1/health/service/", answer: healthService },
  { method: "GET", path: "/v1/health/state/", answer: (agent, request) => readBlocking(agent, request, checksView(agent, request.rest)) },
  { method: "GET", path: "/v1/status/leader", answer: () => json(LEADER) },
  { method: "GET", path: "/v1/agent/self", answer: agentSelf },
];

/** Finds what answers a request and asks it; paths and methods that do not exist are refused as Consul refuses them. */
export async function answerRoute(agent: Agent, method: string, path: string, request: Omit<Request, "rest">): Promise<Answer> {
  const route = ROUTES.find((one) => (one.path.endsWith("/") ? path.startsWith(one.path) : path === one.path));
  if (route === undefined)
    throw new Refusal(
      404,
      `Invalid URL path: ${path.startsWith("/v1/") ? "not a recognized HTTP API endpoint" : "if attempting to use the HTTP API, ensure the path starts with '/v1/'"}`,
    );
  if (route.method !== method) throw new Refusal(405, `method ${method} not allowed`, { Allow: `OPTIONS,${route.method}` });
  return await route.answer(agent, { ...request, rest: path.slice(route.path.length) });
}

/** Indexed requests are streamed, unless `near` asks for an order that only the other back end knows. */
async function healthService(agent: Agent, request: Request): Promise<Answer> {
  if (request.rest === "") throw new Refusal(400, "Missing service name");
  const indexed = Number(request.parameters.get("index") ?? "") !== 0;
  if (indexed && !request.parameters.has("near")) return await readStreaming(agent, request, streamedServiceView(agent, request.rest));
  return await readBlocking(agent, request, serviceView(agent, request.rest));
}

function agentSelf(agent: Agent, request: Request): Answer {
  demand(agent, request.token, "agent:read");
  const config = { Datacenter: DATACENTER, PrimaryDatacenter: DATACENTER, NodeName: NODE, NodeID: NODE_ID, Server: true, Version: VERSION };
  return json({ Config: config, Member: { Name: NODE, Addr: "127.0.0.1", Status: 1 }, Meta: { "consul-version": VERSION } });
}
