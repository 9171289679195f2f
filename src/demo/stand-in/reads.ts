import { isUnknown, refuseUnknownToken, seesNothing } from "./acl.ts";
import { type Agent, DATACENTER, type Request } from "./agent.ts";
import { type Answer, json, Refusal } from "./answer.ts";
import { type Watched, waitForChange } from "./blocking.ts";
import { compileFilter, type Predicate } from "./filter.ts";
import { parseQuery, type Query } from "./query.ts";

/** Something in the catalog that can be read and waited for. */
export interface View extends Watched {
  /** What a filter may ask for. */
  readonly selectors: readonly string[];
  /** What is there now, as printed; without rights it is what it is when nothing is there. */
  body(query: Query, filter: Predicate, visible: boolean): unknown;
}

const EXPRESSION = "Failed to create boolean expression evaluator: ";

/** Answers a read from the blocking back end, whose headers and errors mean what they say. */
export async function readBlocking(agent: Agent, request: Request, view: View): Promise<Answer> {
  const query = parseQuery(request.parameters);
  if (query.datacenter !== null && query.datacenter !== DATACENTER) throw new Refusal(500, "No path to datacenter");
  refuseUnknownToken(agent, request.token);
  const filter = compile(query.filter, view, EXPRESSION);
  const jitter = (agent.clock.random() * query.waitMs) / 16;
  await waitForChange(view, { index: query.index, waitMs: query.waitMs + jitter }, agent, request.gone);
  const body = view.body(query, filter, !seesNothing(agent, request.token));
  return json(body, headersOf(query, view.index(), "blocking-query"));
}

/**
 * Answers a read from the streaming back end: it never knows a leader, varies no wait, and where an honest one would
 * refuse it waits and then says that nothing is there, at index 1 (facts: Consul: near=_agent and the two back ends).
 */
export async function readStreaming(agent: Agent, request: Request, view: View): Promise<Answer> {
  const query = parseQuery(request.parameters);
  const filter = compile(query.filter, view, "");
  const lying = (query.datacenter !== null && query.datacenter !== DATACENTER) || isUnknown(agent, request.token);
  if (lying) {
    await agent.clock.sleep(query.waitMs, request.gone);
    return json([], headersOf(query, 1, "streaming"));
  }
  await waitForChange(view, query, agent, request.gone);
  const body = view.body(query, filter, !seesNothing(agent, request.token));
  return json(body, headersOf(query, view.index(), "streaming"));
}

function compile(text: string, view: View, prefix: string): Predicate {
  try {
    return compileFilter(text, view.selectors);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.status, prefix + error.message) : error;
  }
}

function headersOf(query: Query, index: number, backend: "blocking-query" | "streaming"): Readonly<Record<string, string>> {
  return {
    "X-Consul-Effective-Consistency": query.consistency,
    "X-Consul-Index": String(Math.max(1, index)),
    "X-Consul-Knownleader": String(backend === "blocking-query"),
    "X-Consul-Lastcontact": "0",
    "X-Consul-Query-Backend": backend,
  };
}
