import { Refusal } from "./answer.ts";
import { parseDuration } from "./duration.ts";

/** What every read may carry (facts: Consul: waiting; facts: Consul: query parameters). */
export interface Query {
  /** 0: do not wait. */
  readonly index: number;
  readonly waitMs: number;
  readonly consistency: "leader" | "stale" | "consistent";
  readonly datacenter: string | null;
  readonly filter: string;
  readonly near: boolean;
  readonly passingOnly: boolean;
  readonly tags: readonly string[];
}

const DEFAULT_WAIT_MS = 300_000;
const MAX_WAIT_MS = 600_000;
const TRUE = ["", "1", "t", "T", "true", "TRUE", "True"];
const FALSE = ["0", "f", "F", "false", "FALSE", "False"];

/** Reads a query, or refuses it in Consul's words. Unknown parameters are ignored, as there. */
export function parseQuery(parameters: URLSearchParams): Query {
  refuseEnterprise(parameters);
  const index = parameters.get("index") ?? "";
  if (!/^\d*$/.test(index)) throw new Refusal(400, "Invalid index");
  if (parameters.has("stale") && parameters.has("consistent")) {
    throw new Refusal(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
  }
  return {
    index: Number(index),
    waitMs: parseWait(parameters.get("wait") ?? ""),
    consistency: parameters.has("stale") ? "stale" : parameters.has("consistent") ? "consistent" : "leader",
    datacenter: parameters.get("dc"),
    filter: parameters.get("filter") ?? "",
    near: parameters.has("near"),
    passingOnly: parsePassing(parameters.get("passing")),
    tags: parameters.getAll("tag"),
  };
}

/** The community edition refuses namespaces and partitions, even the default ones. */
export function refuseEnterprise(parameters: URLSearchParams): void {
  for (const [name, feature] of [
    ["ns", "Namespaces"],
    ["partition", "Partitions"],
  ] as const) {
    if (!parameters.has(name)) continue;
    throw new Refusal(400, `Invalid query parameter: "${name}" - ${feature} are a Consul Enterprise feature`);
  }
}

/** No wait, or `0s`, is the default of five minutes. */
function parseWait(text: string): number {
  if (text === "") return DEFAULT_WAIT_MS;
  const wait = parseDuration(text);
  if (wait === null) throw new Refusal(400, "Invalid wait time");
  return wait <= 0 ? DEFAULT_WAIT_MS : Math.min(wait, MAX_WAIT_MS);
}

function parsePassing(text: string | null): boolean {
  if (text === null || FALSE.includes(text)) return false;
  if (TRUE.includes(text)) return true;
  throw new Refusal(400, "Invalid value for ?passing");
}
