/**
 * One registration of a service in Consul, with its health. Everything but `port` and `weights` is text that whoever
 * may register a service chose freely: hostile until `model/servers` has parsed it (facts: Consul: what a registrant can write).
 */
export interface Instance {
  readonly datacenter: string;
  readonly node: string;
  readonly id: string;
  readonly service: string;
  /** The registration's own address; empty when the node's is to be used. */
  readonly address: string;
  readonly nodeAddress: string;
  readonly taggedAddresses: Readonly<Record<string, { readonly address: string; readonly port: number }>>;
  /** Any integer: Consul accepts -1 and 65536. */
  readonly port: number;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly weights: { readonly passing: number; readonly warning: number };
  readonly checks: readonly Check[];
}

/** One health check, of the instance itself or of the node it runs on. */
export interface Check {
  readonly id: string;
  readonly name: string;
  /** As Consul gives it; anything but `passing` and `warning` counts as critical. */
  readonly status: string;
  /** The first line of what the check printed, or the reason of a maintenance. */
  readonly output: string;
}

/** The state of an instance: the worst of its checks, where being in maintenance is worse than critical. */
export type Health = "passing" | "warning" | "critical" | "maintenance";

const WORST_FIRST: readonly Health[] = ["maintenance", "critical", "warning", "passing"];

/** The health of an instance: no checks means passing, an unknown status means critical (facts: Consul: an entry of the health endpoint). */
export function healthOf(instance: Instance): Health {
  const states = instance.checks.map(healthOfCheck);
  return WORST_FIRST.find((health) => states.includes(health)) ?? "passing";
}

/** The first check that gives an instance its health, or undefined when none does. */
export function decisiveCheck(instance: Instance): Check | undefined {
  const health = healthOf(instance);
  return instance.checks.find((check) => healthOfCheck(check) === health);
}

/** What tells one instance from every other: datacenter, node and service id. */
export function identityOf(instance: Instance): string {
  return JSON.stringify([instance.datacenter, instance.node, instance.id]);
}

function healthOfCheck(check: Check): Health {
  if (check.id === "_node_maintenance" || check.id.startsWith("_service_maintenance:")) return "maintenance";
  return check.status === "passing" || check.status === "warning" ? check.status : "critical";
}
