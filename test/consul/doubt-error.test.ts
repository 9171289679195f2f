import { describe, expect, it } from "vitest";
import { ConsulError, type ConsulErrorFacts } from "../../src/consul/consul-error.ts";
import { doubtOfError } from "../../src/consul/doubt-error.ts";
import type { Watch } from "../../src/model/snapshot.ts";
import { aWatch } from "../builders.ts";

function doubt(facts: Partial<ConsulErrorFacts>, watch: Partial<Watch> = {}) {
  return doubtOfError(new ConsulError({ kind: "http", status: null, code: null, text: "", ...facts }), aWatch("api", watch));
}

describe("doubtOfError", () => {
  it.each<[string, Partial<ConsulErrorFacts>, string, string]>([
    [
      "a refused connection",
      { kind: "network", code: "ECONNREFUSED", text: "connect ECONNREFUSED 127.0.0.1:8500" },
      "unreachable",
      "agent",
    ],
    ["a cut connection", { kind: "network", code: "ECONNRESET" }, "unreachable", "agent"],
    ["our deadline", { kind: "timeout" }, "frozen", "agent"],
    ["a page of HTML", { kind: "decode", status: 200, text: "text/html: <html>" }, "unreachable", "agent"],
    ["a body that is too large", { kind: "protocol", code: "TOO_LARGE" }, "stale", "watch"],
    ["403", { status: 403, text: "ACL not found" }, "denied", "watch"],
    ["400", { status: 400, text: "Invalid service name" }, "denied", "watch"],
    ["404", { status: 404, text: "not here" }, "unreachable", "agent"],
    ["429", { status: 429, text: "Your IP is issuing too many concurrent connections" }, "unreachable", "agent"],
    ["500 without a leader", { status: 500, text: "No cluster leader" }, "no_leader", "agent"],
    ["500 without servers", { status: 500, text: "No known Consul servers" }, "no_leader", "agent"],
    ["503", { status: 503, text: "" }, "no_leader", "agent"],
    ["an unknown datacenter", { status: 500, text: "No path to datacenter" }, "unreachable", "watch"],
  ])("takes %s for its own state and scope", (_, facts, state, scope) => {
    expect(doubt(facts)).toMatchObject({ scope, disbelief: { state } });
  });

  it("takes silence from a datacenter that was asked for by name for that watch's own", () => {
    expect(doubt({ kind: "timeout" }, { datacenter: "dc2" }).scope).toBe("watch");
    expect(doubt({ kind: "network" }, { datacenter: "dc2" }).scope).toBe("agent");
  });

  it.each(["Failed to create boolean expression evaluator: 1:18 (17): no match found", 'Selector "Service.Foo" is not valid'])(
    "takes %j for a filter that has to be corrected",
    (text) => {
      const { retry, scope, because } = doubt({ status: 500, text }, { filter: "Service.Foo == 1" });
      expect({ retry, scope }).toEqual({ retry: "configuration", scope: "watch" });
      expect(because).toContain('filter "Service.Foo == 1"');
    },
  );

  it("takes a namespace on Consul CE for a mistake in the configuration", () => {
    const { retry, hint } = doubt({ status: 400, text: 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature' });
    expect(retry).toBe("configuration");
    expect(hint).toContain("consul.namespace");
  });

  it("asks slowly again where somebody has to mend something, and soon otherwise", () => {
    expect(doubt({ status: 403 }).retry).toBe("slowly");
    expect(doubt({ status: 500 }).retry).toBe("soon");
  });

  it("names the service, the status, what Consul said, and what to do", () => {
    const { reason } = doubt({ status: 403, text: "ACL not found" }).disbelief;
    expect(reason).toBe(
      'Consul refuses the request for service "api" (status 403: ACL not found). Give the token the policy service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }.',
    );
  });

  it("quotes a name that would break the line", () =>
    expect(doubt({ kind: "timeout" }, { service: "a\nb" }).disbelief.reason).toContain('"a\\nb"'));
});
