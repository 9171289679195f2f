import { beforeAll, expect, test } from "vitest";
import type { Asker } from "./ask.ts";

export const TOKEN = "11111111-2222-4333-8444-555555555555";
const UNKNOWN = { "x-consul-token": "99999999-2222-4333-8444-555555555555" };
const KNOWN = { "x-consul-token": TOKEN };

/** What tokens may do when the default is to deny. */
export function testRights(consul: Asker): void {
  beforeAll(async () => {
    await consul.register({ service: "guarded", check: "passing" });
  });

  test("the token is taken from its header, from `Authorization` and from the query", async () => {
    for (const headers of [KNOWN, { authorization: `Bearer ${TOKEN}` }])
      expect((await consul.get("/v1/health/service/guarded?near=_agent", headers)).entries()).toHaveLength(1);
    expect((await consul.get(`/v1/health/service/guarded?token=${TOKEN}`)).entries()).toHaveLength(1);
  });

  test.each([
    ["/v1/health/service/guarded?near=_agent", "[]"],
    ["/v1/health/service/guarded?index=1", "[]"],
    ["/v1/catalog/services", "{}"],
    ["/v1/catalog/nodes", "[]"],
    ["/v1/health/state/any", "[]"],
  ])("without a token %s is empty, and only the policy in its headers says why", async (path, body) => {
    const { status, text, headers } = await consul.get(path);
    expect([status, text.trim()]).toEqual([200, body]);
    expect([headers.get("x-consul-default-acl-policy"), headers.get("x-consul-results-filtered-by-acls")]).toEqual(["deny", null]);
  });

  test.each([
    "/v1/health/service/guarded?near=_agent",
    "/v1/health/service/guarded?near=_agent&index=1",
    "/v1/catalog/services",
    "/v1/health/state/any",
    "/v1/agent/self",
  ])("an unknown token is refused by %s", async (path) => {
    const { status, text } = await consul.get(path, UNKNOWN);
    expect([status, text.trim()]).toEqual([403, "ACL not found"]);
  });

  test("an unknown token is, when it is streamed, an empty list at index 1 at the end of the wait", async () => {
    const reply = await consul.get("/v1/health/service/guarded?index=1&wait=400ms", UNKNOWN);
    expect([reply.status, reply.text.trim(), reply.index()]).toEqual([200, "[]", 1]);
    expect(reply.ms).toBeGreaterThanOrEqual(395);
  });

  test("writing without a token is refused with the right that is missing", async () => {
    const reply = await consul.send("PUT", "/v1/agent/service/register", JSON.stringify({ Name: "intruder" }));
    expect(reply.status).toBe(403);
    expect(reply.text).toMatch(
      /^Permission denied: anonymous token lacks permission 'service:write' on "intruder"\. The anonymous token is used implicitly/,
    );
    expect((await consul.send("PUT", "/v1/agent/service/deregister/guarded")).status).toBe(403);
    expect((await consul.get("/v1/agent/self")).status).toBe(403);
  });

  test("the leader is told to everyone", async () => {
    expect((await consul.get("/v1/status/leader", UNKNOWN)).status).toBe(200);
    expect((await consul.get("/v1/status/leader")).status).toBe(200);
  });
}
