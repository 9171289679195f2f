import { demand } from "./acl.ts";
import { type Agent, NODE, type Request } from "./agent.ts";
import { type Answer, done, Refusal } from "./answer.ts";
import { decodeBody } from "./decode.ts";
import { refuseEnterprise } from "./query.ts";
import { parseRegistration } from "./registration.ts";
import { BLANK_CHECK, type CheckRow, type ServiceRow } from "./rows.ts";

const STATUSES = { pass: "passing", warn: "warning", fail: "critical" } as const;

/** `PUT /v1/agent/service/register`: what is known of a check's status outlives a registration that repeats it. */
export function registerService(agent: Agent, request: Request): Answer {
  refuseEnterprise(request.parameters);
  const { service, checks } = parseRegistration(request.body);
  demand(agent, request.token, "service:write", service.Service);
  const before = checksOf(agent, service.ID);
  const replaced = request.parameters.has("replace-existing-checks")
    ? before.filter((old) => checks.every(({ check }) => check.CheckID !== old.CheckID))
    : [];
  agent.catalog.write((draft) => {
    draft.putService(service);
    for (const old of replaced) draft.removeCheck(NODE, old.CheckID);
    for (const { check } of checks) {
      const { Status, Output } = before.find((old) => old.CheckID === check.CheckID) ?? check;
      draft.putCheck({ ...check, Status, Output });
    }
  });
  for (const old of replaced) stopCheck(agent, old);
  for (const { check, ttlMs, tcp } of checks) {
    if (ttlMs !== null) agent.ttl.start(check.CheckID, ttlMs);
    if (tcp !== null) agent.tcp.start(check.CheckID, tcp);
  }
  return done();
}

/** `PUT /v1/agent/service/deregister/ID`: the service goes with its checks. */
export function deregisterService(agent: Agent, request: Request): Answer {
  const service = ownService(agent, request.rest);
  demand(agent, request.token, "service:write", service.Service);
  for (const check of checksOf(agent, service.ID)) stopCheck(agent, check);
  agent.catalog.write((draft) => draft.removeService(NODE, service.ID));
  return done();
}

/** `PUT /v1/agent/check/{pass,warn,fail}/ID?note=`. */
export function setCheck(agent: Agent, request: Request, verb: keyof typeof STATUSES): Answer {
  return updateTtl(agent, request, STATUSES[verb], request.parameters.get("note") ?? "");
}

/** `PUT /v1/agent/check/update/ID` with a status and an output in its body. */
export function updateCheck(agent: Agent, request: Request): Answer {
  const fields = decodeBody(request.body, { Status: "string", Output: "string" });
  const status = fields.string("Status");
  if (!Object.values<string>(STATUSES).includes(status)) throw new Refusal(400, `Invalid check status: '${status}'`);
  return updateTtl(agent, request, status, fields.string("Output"));
}

/** A TTL check that nobody refreshed in time is critical. */
export function expireCheck(agent: Agent, checkId: string): void {
  const check = ownCheck(agent, checkId);
  if (check === undefined) return;
  const last = check.Output === "" ? "" : ` (last output before timeout follows): ${check.Output}`;
  setStatus(agent, check, "critical", `TTL expired${last}`);
}

/** What a TCP check found out. */
export function settleCheck(agent: Agent, checkId: string, status: "passing" | "critical", output: string): void {
  const check = ownCheck(agent, checkId);
  if (check !== undefined) setStatus(agent, check, status, output);
}

/** `PUT /v1/agent/service/maintenance/ID?enable=&reason=`. */
export function serviceMaintenance(agent: Agent, request: Request): Answer {
  const enable = parseEnable(request.parameters);
  const service = ownService(agent, request.rest);
  demand(agent, request.token, "service:write", service.Service);
  const owner = { ServiceID: service.ID, ServiceName: service.Service, ServiceTags: service.Tags };
  return maintain(agent, request, enable, { ...owner, CheckID: `_service_maintenance:${service.ID}`, kind: "Service" });
}

/** `PUT /v1/agent/maintenance?enable=&reason=`: the whole node. */
export function nodeMaintenance(agent: Agent, request: Request): Answer {
  const enable = parseEnable(request.parameters);
  demand(agent, request.token, "node:write");
  return maintain(agent, request, enable, { CheckID: "_node_maintenance", kind: "Node" });
}

function maintain(
  agent: Agent,
  request: Request,
  enable: boolean,
  { kind, ...check }: Partial<CheckRow> & { kind: "Service" | "Node"; CheckID: string },
): Answer {
  const missing = `Maintenance mode is enabled for this ${kind.toLowerCase()}, but no reason was provided. This is a default message.`;
  const Notes = request.parameters.get("reason") || missing;
  const fixed = { Node: NODE, Name: `${kind} Maintenance Mode`, Status: "critical", Type: "maintenance", Notes };
  agent.catalog.write((draft) =>
    enable ? draft.putCheck({ ...BLANK_CHECK, ...fixed, ...check }) : draft.removeCheck(NODE, check.CheckID),
  );
  return done();
}

function updateTtl(agent: Agent, request: Request, status: string, output: string): Answer {
  const check = ownCheck(agent, request.rest);
  if (check === undefined || !agent.ttl.refresh(check.CheckID)) {
    throw new Refusal(404, `Unknown check ID "${request.rest}". Ensure that the check ID is passed, not the check name.`);
  }
  demand(agent, request.token, "service:write", check.ServiceName);
  setStatus(agent, check, status, output);
  return done();
}

/** A new output alone is not told to anybody, as a real agent defers it by minutes. */
function setStatus(agent: Agent, check: CheckRow, Status: string, Output: string): void {
  if (check.Status === Status) return;
  const { CreateIndex: _created, ModifyIndex: _modified, ...facts } = check;
  agent.catalog.write((draft) => draft.putCheck({ ...facts, Status, Output }));
}

function stopCheck(agent: Agent, { CheckID }: CheckRow): void {
  agent.ttl.stop(CheckID);
  agent.tcp.stop(CheckID);
}

function ownService(agent: Agent, id: string): ServiceRow {
  const service = agent.catalog.services().find((one) => one.Node === NODE && one.ID === id);
  if (service === undefined)
    throw new Refusal(404, `Unknown service ID "${id}". Ensure that the service ID is passed, not the service name.`);
  return service;
}

function ownCheck(agent: Agent, id: string): CheckRow | undefined {
  return agent.catalog.checks().find((one) => one.Node === NODE && one.CheckID === id);
}

function checksOf(agent: Agent, serviceId: string): readonly CheckRow[] {
  return agent.catalog.checks().filter((check) => check.Node === NODE && check.ServiceID === serviceId);
}

function parseEnable(parameters: URLSearchParams): boolean {
  const text = parameters.get("enable") ?? "";
  if (text === "") throw new Refusal(400, "Missing value for enable");
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw new Refusal(400, `Invalid value for enable: "${text}"`);
}
