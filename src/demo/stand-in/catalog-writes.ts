import { demand } from "./acl.ts";
import { type Agent, BLANK_SERVICE, DATACENTER, type Request } from "./agent.ts";
import { type Answer, json, Refusal } from "./answer.ts";
import { decodeBody, decodeFields } from "./decode.ts";
import { taggedAddresses } from "./registration.ts";
import { BLANK_CHECK, type CheckFacts, type ServiceFacts } from "./rows.ts";

/** `PUT /v1/catalog/register`: a node that runs no agent, with a service and its checks; almost everything is accepted. */
export function registerInCatalog(agent: Agent, request: Request): Answer {
  const fields = decodeBody(request.body, {
    Datacenter: "string",
    ID: "string",
    Node: "string",
    Address: "string",
    TaggedAddresses: "texts",
    NodeMeta: "texts",
    Service: "object",
    Check: "object",
    Checks: "objects",
    SkipNodeUpdate: "bool",
  });
  const node = fields.string("Node");
  if (node === "" || fields.string("Address") === "")
    throw new Refusal(500, node === "" ? "Must provide node" : "Must provide address if SkipNodeUpdate is not set");
  refuseDatacenter(fields.string("Datacenter"));
  const given = fields.object("Service");
  const service = given === null ? null : parseService(given, node);
  demand(agent, request.token, service === null ? "node:write" : "service:write", service?.Service ?? node);
  const single = fields.object("Check");
  const checks = [...(single === null ? [] : [single]), ...fields.objects("Checks")].map((one) => parseCheck(one, node));
  agent.catalog.write((draft) => {
    const addresses = { TaggedAddresses: fields.texts("TaggedAddresses"), Meta: fields.texts("NodeMeta") };
    draft.putNode({ ID: fields.string("ID"), Node: node, Address: fields.string("Address"), Datacenter: DATACENTER, ...addresses });
    if (service !== null) draft.putService(service);
    for (const check of checks) {
      const owner = agent.catalog.services().find((one) => one.Node === node && one.ID === check.ServiceID);
      draft.putCheck({ ...check, ServiceName: owner?.Service ?? "", ServiceTags: owner?.Tags ?? [] });
    }
  });
  return json(true);
}

/** `PUT /v1/catalog/deregister`: one service or check of a node, or the whole node. What is not there is no error. */
export function deregisterFromCatalog(agent: Agent, request: Request): Answer {
  const fields = decodeBody(request.body, { Datacenter: "string", Node: "string", ServiceID: "string", CheckID: "string" });
  const node = fields.string("Node");
  if (node === "") throw new Refusal(500, "Must provide node");
  refuseDatacenter(fields.string("Datacenter"));
  demand(agent, request.token, "node:write", node);
  agent.catalog.write((draft) => {
    if (fields.string("ServiceID") !== "") draft.removeService(node, fields.string("ServiceID"));
    else if (fields.string("CheckID") !== "") draft.removeCheck(node, fields.string("CheckID"));
    else draft.removeNode(node);
  });
  return json(true);
}

function refuseDatacenter(datacenter: string): void {
  if (datacenter !== "" && datacenter !== DATACENTER) throw new Refusal(500, "No path to datacenter");
}

function parseService(given: object, node: string): ServiceFacts {
  const fields = decodeFields(given, {
    Kind: "string",
    ID: "string",
    Service: "string",
    Tags: "strings",
    Address: "string",
    TaggedAddresses: "object",
    Meta: "texts",
    Port: "int",
    SocketPath: "string",
    Weights: "object",
    EnableTagOverride: "bool",
  });
  const name = fields.string("Service");
  if (name === "") throw new Refusal(500, "Must provide service name (Service.Service) when service ID is provided");
  return {
    Node: node,
    Kind: fields.string("Kind"),
    ID: fields.string("ID") || name,
    Service: name,
    Tags: fields.strings("Tags"),
    Address: fields.string("Address"),
    TaggedAddresses: taggedAddresses(fields.object("TaggedAddresses")),
    Meta: fields.texts("Meta"),
    Port: fields.int("Port") ?? 0,
    SocketPath: fields.string("SocketPath"),
    Weights: weightsOf(fields.object("Weights")),
    EnableTagOverride: fields.bool("EnableTagOverride"),
  };
}

/** Weights that cannot be silently become those of a service without any. */
function weightsOf(given: object | null): ServiceFacts["Weights"] {
  if (given === null) return BLANK_SERVICE.Weights;
  const fields = decodeFields(given, { Passing: "int", Warning: "int" });
  const weights = { Passing: fields.int("Passing") ?? 0, Warning: fields.int("Warning") ?? 0 };
  const legal = weights.Passing >= 1 && weights.Warning >= 0 && Math.max(weights.Passing, weights.Warning) <= 65_535;
  return legal ? weights : BLANK_SERVICE.Weights;
}

/** Any text is a status here. */
function parseCheck(given: object, node: string): CheckFacts {
  const fields = decodeFields(given, {
    Node: "string",
    CheckID: "string",
    Name: "string",
    Status: "string",
    Notes: "string",
    Output: "string",
    ServiceID: "string",
    ServiceName: "string",
    ServiceTags: "strings",
    Type: "string",
  });
  return {
    ...BLANK_CHECK,
    Node: node,
    CheckID: fields.string("CheckID") || fields.string("Name"),
    Name: fields.string("Name"),
    Status: fields.string("Status") || "critical",
    Notes: fields.string("Notes"),
    Output: fields.string("Output"),
    ServiceID: fields.string("ServiceID"),
    Type: fields.string("Type"),
  };
}
