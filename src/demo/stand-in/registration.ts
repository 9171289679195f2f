import { BLANK_SERVICE, NODE } from "./agent.ts";
import { Refusal } from "./answer.ts";
import { decodeBody, decodeFields, type Fields, type Shape } from "./decode.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { BLANK_CHECK, type CheckFacts, type ServiceFacts } from "./rows.ts";
import type { TcpTarget } from "./tcp-checks.ts";

export interface Registration {
  readonly service: ServiceFacts;
  readonly checks: readonly RegisteredCheck[];
}

export interface RegisteredCheck {
  readonly check: CheckFacts;
  /** Null for checks that an agent runs by itself. */
  readonly ttlMs: number | null;
  /** Where a TCP check connects to; of HTTP and gRPC the stand-in runs none, so that they keep their status. */
  readonly tcp: TcpTarget | null;
}

const SERVICE = {
  Kind: "string",
  ID: "string",
  Name: "string",
  Tags: "strings",
  Address: "string",
  TaggedAddresses: "object",
  Meta: "texts",
  Port: "int",
  SocketPath: "string",
  Weights: "object",
  EnableTagOverride: "bool",
  Check: "object",
  Checks: "objects",
} as const satisfies Record<string, Shape>;

const CHECK = {
  CheckID: "string",
  ID: "string",
  Name: "string",
  Notes: "string",
  Status: "string",
  TTL: "string",
  HTTP: "string",
  TCP: "string",
  GRPC: "string",
  Interval: "string",
  Timeout: "string",
  Method: "string",
  Header: "object",
  TLSSkipVerify: "bool",
  SuccessBeforePassing: "int",
  FailuresBeforeCritical: "int",
  DeregisterCriticalServiceAfter: "string",
} as const satisfies Record<string, Shape>;

type CheckFields = Fields<keyof typeof CHECK>;

/** Reads the body of `/v1/agent/service/register`, refusing what the agent refuses (facts: Consul: what a registrant can write). */
export function parseRegistration(body: string): Registration {
  const fields = decodeBody(body, SERVICE);
  const name = fields.string("Name");
  if (name === "") throw new Refusal(400, "Missing service name");
  const service: ServiceFacts = {
    ...BLANK_SERVICE,
    Node: NODE,
    Kind: fields.string("Kind"),
    ID: fields.string("ID") || name,
    Service: name,
    Tags: fields.strings("Tags"),
    Address: fields.string("Address"),
    TaggedAddresses: taggedAddresses(fields.object("TaggedAddresses")),
    Meta: checkedMeta(fields.texts("Meta")),
    Port: fields.int("Port") ?? 0,
    SocketPath: fields.string("SocketPath"),
    Weights: checkedWeights(fields.object("Weights")),
    EnableTagOverride: fields.bool("EnableTagOverride"),
  };
  if (["0.0.0.0", "::", "[::]"].includes(service.Address)) throw new Refusal(400, "Invalid service address");
  const single = fields.object("Check");
  const definitions = [...(single === null ? [] : [single]), ...fields.objects("Checks")].map((one) => decodeFields(one, CHECK));
  const checks = definitions.flatMap((definition, at) => parseCheck(definition, service, definitions.length > 1 ? `:${at + 1}` : ""));
  return { service, checks };
}

/** Tagged addresses with their fields; null when there are none. */
export function taggedAddresses(given: object | null): ServiceFacts["TaggedAddresses"] {
  const entries = Object.entries(given ?? {}).map(([tag, value]) => {
    const fields = decodeFields(value, { Address: "string", Port: "int" });
    return [tag, { Address: fields.string("Address"), Port: fields.int("Port") ?? 0 }] as const;
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function checkedMeta(meta: Readonly<Record<string, string>> | null): Readonly<Record<string, string>> | null {
  for (const [key, value] of Object.entries(meta ?? {})) {
    const because = /^[A-Za-z0-9_-]+$/.test(key)
      ? Buffer.byteLength(value) > 512 && "Value is too long (limit: 512 characters)"
      : "Key contains invalid characters";
    if (because !== false) throw new Refusal(400, `Invalid Service Meta: Couldn't load metadata pair ('${key}', '${value}'): ${because}`);
  }
  return meta;
}

/** Weights of which one is given leave the other at 0. */
function checkedWeights(given: object | null): ServiceFacts["Weights"] {
  if (given === null) return BLANK_SERVICE.Weights;
  const fields = decodeFields(given, { Passing: "int", Warning: "int" });
  const weights = { Passing: fields.int("Passing") ?? 0, Warning: fields.int("Warning") ?? 0 };
  if (weights.Passing < 1) throw new Refusal(400, "Invalid Weights: Passing must be greater than 0");
  if (Object.values(weights).some((weight) => weight < 0 || weight > 65_535))
    throw new Refusal(400, "Invalid Weights: DNS Weight must be between 0 and 65535");
  return weights;
}

/** A definition without a kind is no check at all. */
function parseCheck(fields: CheckFields, service: ServiceFacts, suffix: string): readonly RegisteredCheck[] {
  const [ttlMs, interval, timeout] = (["TTL", "Interval", "Timeout"] as const).map((name) => durationOf(fields.string(name))) as [
    number,
    number,
    number,
  ];
  const type = ttlMs > 0 ? "ttl" : (["HTTP", "TCP", "GRPC"] as const).find((name) => fields.string(name) !== "")?.toLowerCase();
  if (type === undefined) return [];
  if (type !== "ttl" && interval <= 0) {
    throw new Refusal(400, "Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks");
  }
  const status = fields.string("Status") || "critical";
  if (!["passing", "warning", "critical"].includes(status))
    throw new Refusal(400, "Status for checks must 'passing', 'warning', 'critical'");
  const check: CheckFacts = {
    ...BLANK_CHECK,
    Node: NODE,
    CheckID: fields.string("CheckID") || fields.string("ID") || `service:${service.ID}${suffix}`,
    Name: fields.string("Name") || `Service '${service.Service}' check`,
    Status: status,
    Notes: fields.string("Notes"),
    ServiceID: service.ID,
    ServiceName: service.Service,
    ServiceTags: service.Tags,
    Type: type,
    Interval: interval > 0 ? formatDuration(interval) : "",
    Timeout: timeout > 0 ? formatDuration(timeout) : "",
  };
  return [
    {
      check,
      ttlMs: type === "ttl" ? ttlMs : null,
      tcp: type === "tcp" ? { address: fields.string("TCP"), intervalMs: interval, timeoutMs: timeout } : null,
    },
  ];
}

function durationOf(text: string): number {
  const duration = text === "" ? 0 : parseDuration(text);
  if (duration === null) throw new Refusal(400, `Request decode failed: time: invalid duration "${text}"`);
  return duration;
}
