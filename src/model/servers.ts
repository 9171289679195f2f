import { canonicalAddress, compareAddresses } from "./address.ts";
import { keepsPlaces } from "./algorithm.ts";
import { decisiveCheck, type Health, healthOf, type Instance, identityOf } from "./instance.ts";
import type { UpstreamSettings } from "./settings.ts";
import type { Server } from "./upstream.ts";

const MAX_WEIGHT = 65_535;

/** What an instance is to one upstream. `place`: it takes no requests, and stays as `down` so that keys do not move. */
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
  return judged.map((judgement, i) => (isSameServer(judged[i - 1], judgement) ? asDuplicate(judgement) : judgement));
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
  const share =
    role === "serves" ? ({ weight, state: "up" } as const) : ({ weight: weightOfPlace(instance, settings), state: "down" } as const);
  return { instance, role, because, invalid: false, server: { ...endpoint, ...parametersOf(instance, settings), ...share } };
}

function endpointOf(instance: Instance, { address: choice }: UpstreamSettings): { address: string; port: number } | { refused: string } {
  const tagged =
    choice.from === "tagged" && Object.hasOwn(instance.taggedAddresses, choice.name) ? instance.taggedAddresses[choice.name] : undefined;
  if (choice.from === "tagged" && tagged === undefined) return { refused: `it has no tagged address ${JSON.stringify(choice.name)}` };
  const own = choice.from === "service" ? instance.address : "";
  const text = tagged?.address ?? (own === "" ? instance.nodeAddress : own);
  const address = canonicalAddress(text);
  if (address === null) return { refused: `${quoted(text)} is not an IP address that a server can have` };
  // A tagged address without a port has 0, and Consul itself then uses the service's.
  const port = tagged?.port || instance.port;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return { refused: `${port} is not a port from 1 to 65535` };
  return { address, port };
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
  if (health === "maintenance") return { role: settings.whenMaintenance === "down" ? "place" : "out", because: why };
  const absent = keepsPlaces(settings.algorithm) ? "place" : "out";
  if (!serves(health, settings)) return { role: absent, because: why };
  if (weight === 0) return { role: absent, because: `${why}, and its weight in that state is 0` };
  return { role: "serves", because: why };
}

function serves(health: Health, { includeStates }: UpstreamSettings): boolean {
  return health === "passing" || includeStates === "any" || (health === "warning" && includeStates === "warning");
}

function healthSentence(instance: Instance, health: Health): string {
  const check = decisiveCheck(instance);
  if (check === undefined) return "it has no checks, which counts as passing";
  const words = check.output === "" ? "" : `: ${quoted(check.output)}`;
  return health === "maintenance" ? `it is in maintenance${words}` : `its check ${quoted(check.name || check.id)} is ${health}${words}`;
}

function parametersOf(instance: Instance, settings: UpstreamSettings) {
  return {
    backup: settings.backupTag !== null && instance.tags.includes(settings.backupTag),
    maxConns: settings.maxConns,
    maxFails: settings.maxFails,
    failTimeout: settings.failTimeout,
  };
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

function isSameServer(a: Judgement | undefined, b: Judgement): boolean {
  return a?.server != null && b.server !== null && a.server.address === b.server.address && a.server.port === b.server.port;
}

function asDuplicate(judgement: Judgement): Judgement {
  const { address, port } = judgement.server ?? { address: "", port: 0 };
  return { ...judgement, role: "out", server: null, because: `another instance already stands at ${address} port ${port}` };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Registry text for a sentence: quoted, short, and without a character that a terminal obeys, so that nothing of it can be taken for ours. */
function quoted(text: string): string {
  const short = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
  return short.replaceAll(/[\p{C}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
