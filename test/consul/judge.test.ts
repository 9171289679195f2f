import { describe, expect, it } from "vitest";
import type { Reply } from "../../src/consul/client.ts";
import { type Asked, type BelievedAnswer, isSuspicious, judge } from "../../src/consul/judge.ts";
import { anInstance, aWatch } from "../builders.ts";
import { anEntry } from "./examples.ts";
import { GOOD_HEADERS } from "./raw-server.ts";

const ASKED: Asked = { watch: aWatch("api"), staleMs: 2000, anonymous: false, metadata: "ours" };

function reply(headers: Record<string, string> = {}, body: unknown = [anEntry()]): Reply {
  return { headers: { ...GOOD_HEADERS, ...headers }, body };
}

function doubtOf(answer: Reply, asked: Partial<Asked> = {}) {
  const verdict = judge(answer, { ...ASKED, ...asked });
  if (verdict.kind === "believed") throw new Error("it was believed");
  return verdict.doubt;
}

describe("judge", () => {
  it("believes a good answer", () => {
    expect(judge(reply(), ASKED)).toMatchObject({ kind: "believed", index: "20", strangers: 0, instances: [{ id: "api-1" }] });
  });

  it("believes that a service has no instances, when Consul says so with a leader", () => {
    expect(judge(reply({}, []), ASKED)).toMatchObject({ kind: "believed", instances: [] });
  });

  it("doubts an answer without an index", () => {
    const { "x-consul-index": _index, ...headers } = GOOD_HEADERS;
    expect(doubtOf({ headers, body: [] })).toMatchObject({ scope: "agent", disbelief: { state: "unreachable" } });
    expect(doubtOf(reply({ "x-consul-index": "abc" })).because).toContain("X-Consul-Index");
  });

  it("doubts an answer without a leader, but not from the streaming back end, which never knows", () => {
    expect(doubtOf(reply({ "x-consul-knownleader": "false" }))).toMatchObject({ scope: "agent", disbelief: { state: "no_leader" } });
    expect(judge(reply({ "x-consul-knownleader": "false", "x-consul-query-backend": "streaming" }), ASKED).kind).toBe("believed");
  });

  it("doubts an answer that is older than what is believed", () => {
    expect(judge(reply({ "x-consul-lastcontact": "2000" }), ASKED).kind).toBe("believed");
    const doubt = doubtOf(reply({ "x-consul-lastcontact": "2001" }));
    expect(doubt).toMatchObject({ scope: "agent", disbelief: { state: "stale" } });
    expect(doubt.disbelief.reason).toContain("2001 ms old");
    expect(doubtOf(reply({ "x-consul-lastcontact": "soon" })).because).toContain("of unknown age");
  });

  it("doubts an answer of which the ACLs hide a part, and says which policy is needed", () => {
    const doubt = doubtOf(reply({ "x-consul-results-filtered-by-acls": "true" }));
    expect(doubt).toMatchObject({ scope: "watch", retry: "slowly", disbelief: { state: "filtered" } });
    expect(doubt.disbelief.reason).toContain('service "api"');
    expect(doubt.disbelief.reason).toContain('node_prefix "" { policy = "read" }');
  });

  it("doubts nothing at all, told to nobody in particular, where the default is to deny", () => {
    const denying = { "x-consul-default-acl-policy": "deny" };
    expect(doubtOf(reply(denying, []), { anonymous: true })).toMatchObject({ scope: "watch", disbelief: { state: "filtered" } });
    expect(judge(reply(denying, []), ASKED).kind).toBe("believed");
    expect(judge(reply(denying), { ...ASKED, anonymous: true }).kind).toBe("believed");
    expect(judge(reply({ "x-consul-default-acl-policy": "allow" }, []), { ...ASKED, anonymous: true }).kind).toBe("believed");
  });

  it("doubts a body of another shape, for this watch alone", () => {
    expect(doubtOf(reply({}, { error: "no" }))).toMatchObject({ scope: "watch", disbelief: { state: "stale" } });
  });
});

describe("isSuspicious", () => {
  const answer = (count: number, index = "30"): BelievedAnswer => ({
    kind: "believed",
    index,
    strangers: 0,
    instances: Array.from({ length: count }, (_, i) => anInstance({ id: `api${i}` })),
  });

  it.each([
    [1, 0, "the last one gone"],
    [3, 1, "two of three gone"],
    [100, 49, "more than half gone"],
  ])("suspects %i -> %i: %s", (before, now) => expect(isSuspicious(answer(before), answer(now), "20")).toBe(true));

  it.each([
    [2, 1, "only one gone"],
    [4, 2, "just half left"],
    [0, 0, "it was empty before"],
    [3, 9, "it grew"],
  ])("does not suspect %i -> %i: %s", (before, now) => expect(isSuspicious(answer(before), answer(now), "20")).toBe(false));

  it("suspects an index that went back, whatever it says", () => expect(isSuspicious(answer(3), answer(3, "19"), "20")).toBe(true));
  it("suspects nothing with index 1, also at first", () => expect(isSuspicious(null, answer(0, "1"), "1")).toBe(true));
  it("does not suspect the first answer otherwise", () => expect(isSuspicious(null, answer(0), "0")).toBe(false));
});
