import { type Agent, NODE } from "./agent.ts";
import { Refusal } from "./answer.ts";

/** With default policy deny: an unknown token is refused at once (facts: Consul: rights). */
export function refuseUnknownToken(agent: Agent, token: string | null): void {
  if (isUnknown(agent, token)) throw new Refusal(403, "ACL not found");
}

export function isUnknown(agent: Agent, token: string | null): boolean {
  return agent.token !== null && token !== null && token !== agent.token;
}

/** Whether everything is hidden from this reader: without a token, by default, silently. */
export function seesNothing(agent: Agent, token: string | null): boolean {
  return agent.token !== null && token === null;
}

/** Refuses what needs a right, such as `service:write` on a service; the node's own name where none is given. */
export function demand(agent: Agent, token: string | null, right: string, on: string = NODE): void {
  refuseUnknownToken(agent, token);
  if (!seesNothing(agent, token)) return;
  const anonymous = "The anonymous token is used implicitly when a request does not specify a token.";
  throw new Refusal(403, `Permission denied: anonymous token lacks permission '${right}' on "${on}". ${anonymous}`);
}
