import type { Watch } from "../model/snapshot.ts";
import type { ConsulError } from "./consul-error.ts";
import { agentDoubt, type Doubt, MINIMAL_POLICY, nameOf, SEE_RAFT, watchDoubt } from "./doubt.ts";
import { TOO_LARGE } from "./transport-guard.ts";

/** What a failed request says about Consul: whom it concerns, why in a whole sentence, and what to do. */
export function doubtOfError(error: ConsulError, watch: Watch): Doubt {
  const name = nameOf(watch);
  if (error.kind === "http") return doubtOfStatus(error.status ?? 0, error.text === "" ? "an empty body" : error.text, watch);
  if (error.kind === "timeout") return frozenDoubt(watch);
  if (error.code === TOO_LARGE) {
    return watchDoubt(
      "stale",
      `The answer for ${name} cannot be read: ${error.text}.`,
      "Narrow it with a filter, or remove what was registered.",
      "slowly",
    );
  }
  if (error.kind === "network") {
    return agentDoubt(
      "unreachable",
      `Consul cannot be reached for ${name}: ${error.text}.`,
      "It is tried again; see whether the agent runs at consul.address.",
    );
  }
  return agentDoubt("unreachable", `What answers for ${name} does not speak as Consul does: ${error.text}.`, SEE_LISTENER);
}

/** Nothing came although it was due. In a datacenter that was asked for by name, that is the datacenter's trouble. */
export function frozenDoubt(watch: Watch): Doubt {
  const because = `Consul accepts the request for ${nameOf(watch)} but does not answer.`;
  const doubt = agentDoubt("frozen", because, "It is tried again; see whether the agent hangs.");
  return watch.datacenter === null ? doubt : { ...doubt, scope: "watch" };
}

const BAD_FILTER = /boolean expression evaluator|is not valid|regular expression/i;
const ENTERPRISE = /Consul Enterprise feature/i;
const SEE_LISTENER = "Look at what listens at consul.address.";

function doubtOfStatus(status: number, text: string, watch: Watch): Doubt {
  const [name, said] = [nameOf(watch), `status ${status}: ${text}`];
  if (status === 400 || status === 403) return refusal(status, `Consul refuses the request for ${name} (${said}).`, text);
  if (status === 429) {
    const hint = "Raise limits.http_max_conns_per_client of the agent, or watch fewer services.";
    return agentDoubt("unreachable", `Consul takes no more requests, such as that for ${name} (${said}).`, hint);
  }
  if (status === 500 && watch.filter !== null && BAD_FILTER.test(text)) {
    const because = `Consul cannot use the filter ${JSON.stringify(watch.filter)} of ${name} (${said}).`;
    return watchDoubt("denied", because, "Correct the filter.", "configuration");
  }
  if (/No path to datacenter/i.test(text)) {
    return watchDoubt(
      "unreachable",
      `Consul knows no way to ${name} (${said}).`,
      "Correct the datacenter, or see `consul members -wan`.",
      "soon",
    );
  }
  if (status >= 500) return agentDoubt("no_leader", `Consul cannot answer for ${name} (${said}).`, SEE_RAFT);
  return agentDoubt("unreachable", `What answers for ${name} is not Consul (${said}).`, SEE_LISTENER);
}

function refusal(status: number, because: string, text: string): Doubt {
  if (status === 403) return watchDoubt("denied", because, `Give the token the policy ${MINIMAL_POLICY}.`, "slowly");
  if (!ENTERPRISE.test(text)) return watchDoubt("denied", because, "Correct the name of the service or its settings.", "slowly");
  return watchDoubt("denied", because, "Remove consul.namespace and consul.partition: they need Consul Enterprise.", "configuration");
}
