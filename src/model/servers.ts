import { canonicalAddress, compareAddresses } from "./address.ts";
import { keepsPlaces } from "./algorithm.ts";
import { hashText } from "./hash.ts";
import { decisiveCheck, type Health, healthOf, type Instance, identityOf } from "./instance.ts";
import { quoted } from "./quoted.ts";
import type { IncludeStates, UpstreamSettings } from "./settings.ts";
import type { Server } from "./upstream.ts";

const MAX_WEIGHT = 65_535;

/** What an instance is to one upstream. `place`: it takes no new requests, and stays as `down` or `drain`, so that keys and sessions do not move. */
export type Role = "serves" | "place" | "out";

/**
 * The judgement on one instance: what it is to the upstream, the server it becomes, and the sentence why. `invalid` says
 * that the registration is not what it claims to be, which its owner should hear of.
 */
export interface Judgement {
  readonly instance: Instance;
  readonly role: Role;
  readonly server: Server | null;
  readonly because: string;
  readonly invalid: boolean;
}

/** Judges every instance of an upstream and settles duplicates; in the order of the servers, those that never had one last. */
export function judgeInstances(instances: readonly Instance[], settings: UpstreamSettings): readonly Judgement[] {
  const judged = instances.map((instance) => judgeInstance(instance, settings)).sort(compareJudgements);
  let holder: Judgement | undefined;
  return judged.map((judgement) => {
    if (isSameServer(holder, judgement)) return asDuplicate(judgement, holder);
    holder = judgement;
    return judgement;
  });
}

/** Judges one instance by itself. */
export function judgeInstance(instance: Instance, settings: UpstreamSettings): Judgement {
  const out = (because: string, invalid = false): Judgement => ({ instance, role: "out", server: null, because, invalid });
  const missing = settings.tags.find((tag) => !instance.tags.includes(tag));
  if (missing !== undefined) return out(`it does not carry the tag ${JSON.stringify(missing)}`);
  const endpoint = endpointOf(instance, settings);
  if ("refused" in endpoint) return out(endpoint.refused, true);
  const weight = weightOf(instance, settings);
  if (weight === null) return out(`its weights ${JSON.stringify(instance.weights)} are not whole numbers from 0 to ${MAX_WEIGHT}`, true);
  const health = healthOf(instance);
  const { role, because } = roleOf(instance, health, weight, settings);
  if (role === "out") return out(because);
  const state = role === "serves" ? "up" : health === "maintenance" && settings.whenMaintenance === "drain" ? "drain" : "down";
  const share = { weight: role === "serves" ? weight : weightOfPlace(instance, settings), state } as const;
  return { instance, role, because, invalid: false, server: { ...endpoint, ...parametersOf(instance, settings), ...share } };
}

function endpointOf(instance: Instance, settings: UpstreamSettings): Endpoint | { refused: string } {
  const registered = registeredEndpoint(instance, settings);
  if ("refused" in registered) return registered;
  const { address: text, port } = registered;
  const address = canonicalAddress(text);
  if (address === null) return { refused: `${quoted(text)} is not an IP address that a server can have` };
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return { refused: `${port} is not a port from 1 to 65535` };
  return { address, port };
}

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Where an instance says that it is, in the words that were registered: nothing of it is proven yet. */
export function registeredEndpoint(instance: Instance, { address: choice }: UpstreamSettings): Endpoint | { refused: string } {
  const tagged =
    choice.from === "tagged" && Object.hasOwn(instance.taggedAddresses, choice.name) ? instance.taggedAddresses[choice.name] : undefined;
  if (choice.from === "tagged" && tagged === undefined) return { refused: `it has no tagged address ${JSON.stringify(choice.name)}` };
  const own = choice.from === "service" ? instance.address : "";
  // A tagged address without a port has 0, and Consul itself then uses the service's.
  return { address: tagged?.address ?? (own === "" ? instance.nodeAddress : own), port: tagged?.port || instance.port };
}

/** The weight for the instance's state; null when Consul's is not a weight at all. */
function weightOf(instance: Instance, settings: UpstreamSettings): number | null {
  const { passing, warning } = instance.weights;
  if (![passing, warning].every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT)) return null;
  if (settings.weight !== null) return settings.weight;
  return healthOf(instance) === "warning" ? warning : passing;
}

/** Keys stay where they are only while the weights of all places do, so that a place has what it has in health. */
function weightOfPlace(instance: Instance, settings: UpstreamSettings): number {
  return Math.max(settings.weight ?? instance.weights.passing, 1);
}

function roleOf(instance: Instance, health: Health, weight: number, settings: UpstreamSettings): { role: Role; because: string } {
  const why = healthSentence(instance, health);
  if (health === "maintenance") return roleInMaintenance(why, settings);
  const absent = (because: string): { role: Role; because: string } =>
    keepsPlaces(settings.algorithm)
      ? { role: "place", because: `${because}, and stays as down, so that no keys move` }
      : { role: "out", because };
  const { includeStates } = settings;
  if (!serves(health, includeStates)) return absent(health === "warning" ? `${why}, and include_states is ${includeStates}` : why);
  if (weight === 0) return absent(`${why}, and its weight in that state is 0`);
  return { role: "serves", because: health === "critical" ? `${why}, which serves as well by include_states: any` : why };
}

function roleInMaintenance(why: string, { whenMaintenance }: UpstreamSettings): { role: Role; because: string } {
  if (whenMaintenance === "remove") return { role: "out", because: why };
  return { role: "place", because: `${why}, and ${whenMaintenance === "drain" ? "drains: only its sessions go on" : "stays as down"}` };
}

function serves(health: Health, includeStates: IncludeStates): boolean {
  return health === "passing" || includeStates === "any" || (health === "warning" && includeStates === "warning");
}

function healthSentence(instance: Instance, health: Health): string {
  const check = decisiveCheck(instance);
  if (check === undefined) return "it has no checks, which counts as passing";
  if (health === "passing" && instance.checks.length > 1) return `its ${instance.checks.length} checks are passing`;
  const words = check.output === "" || health === "passing" ? "" : `: ${quoted(check.output)}`;
  if (health === "maintenance") return `it is in maintenance${words}`;
  const state = health === check.status ? health : `${quoted(check.status)}, which counts as ${health}`;
  return `its check ${quoted(check.name || check.id)} is ${state}${words}`;
}

function parametersOf(instance: Instance, settings: UpstreamSettings) {
  return {
    backup: settings.backupTag !== null && instance.tags.includes(settings.backupTag),
    maxConns: settings.maxConns,
    maxFails: settings.maxFails,
    failTimeout: settings.failTimeout,
    route: settings.sticky === null ? null : routeOf(instance),
  };
}

/**
 * A session belongs to an instance, not to an address that another one may have tomorrow; so under every kind of `sticky` a
 * server has a name of its own. It tells nothing of the registration, because cookies carry it.
 */
function routeOf(instance: Instance): string {
  return hashText(identityOf(instance)).slice(0, 16);
}

/** Servers first, by address and port; of two at the same place the one that serves, then the smaller identity. */
function compareJudgements(a: Judgement, b: Judgement): number {
  if (a.server === null || b.server === null)
    return Number(a.server === null) - Number(b.server === null) || compareText(identityOf(a.instance), identityOf(b.instance));
  return (
    compareAddresses(a.server.address, b.server.address) ||
    a.server.port - b.server.port ||
    Number(a.role !== "serves") - Number(b.role !== "serves") ||
    compareText(identityOf(a.instance), identityOf(b.instance))
  );
}

function isSameServer(a: Judgement | undefined, b: Judgement): a is Judgement {
  return a?.server != null && b.server !== null && a.server.address === b.server.address && a.server.port === b.server.port;
}

function asDuplicate(judgement: Judgement, { instance: { id, node } }: Judgement): Judgement {
  const { address, port } = judgement.server ?? { address: "", port: 0 };
  const because = `another instance already stands at ${address} port ${port}: ${quoted(id)} on ${quoted(node)}`;
  return { ...judgement, role: "out", server: null, because };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
