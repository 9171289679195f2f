import { expect, test } from "vitest";
import { forVersion } from "../../src/model/sticky-fallback.ts";
import { upstreamSettings } from "../builders.ts";

const COOKIE = { kind: "cookie", arguments: ["cookie", "sid", "expires=1h"], fallback: "$cookie_sid" };
const ASKED = upstreamSettings({ sticky: COOKIE, algorithm: { method: "least_conn", arguments: [] } });

test("an Nginx without sticky hashes the cookie in place of the method, and what that changes is said", () => {
  const { settings, notes } = forVersion(ASKED, "1.22.1");
  expect(settings).toEqual({ ...ASKED, sticky: null, algorithm: { method: "hash", arguments: ["$cookie_sid", "consistent"] } });
  expect(notes).toEqual([
    "sticky came with Nginx 1.29.6 and this is 1.22.1: requests are balanced by a hash of $cookie_sid instead of least_conn, as fallback: hash allows",
    "Nginx does not set that cookie then: the application has to, and a request without it goes to any server",
    "a session moves when its server goes, and some sessions move when a server comes or a weight changes",
  ]);
  expect(forVersion(ASKED, "1.22.1").settings).toBe(settings);
});

test("settings stay as they are where Nginx has sticky, where nobody allowed less, and without sticky", () => {
  const strict = upstreamSettings({ sticky: { ...COOKIE, fallback: null } });
  for (const [settings, version] of [
    [ASKED, "1.29.6"],
    [strict, "1.22.1"],
    [upstreamSettings(), "1.22.1"],
  ] as const) {
    expect(forVersion(settings, version)).toEqual({ settings, notes: [] });
  }
});
