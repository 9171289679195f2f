import { expect, test } from "vitest";
import { exitOf, type FindingCode, finding, inOrder } from "../../../src/model/check/findings.ts";
import { checkGaps } from "../../../src/model/check/gaps.ts";
import { checkShutdownTimeout } from "../../../src/model/check/shutdown-timeout.ts";
import { around } from "./around.ts";

const all = (...codes: readonly FindingCode[]) => codes.map((code) => finding(code, "x", code, "Do."));

test.each([
  [[], false, 0],
  [["not_included", "no_shutdown_timeout"], false, 0],
  [["not_included"], true, 2],
  [["no_shutdown_timeout"], true, 0],
  [["consul_unreachable"], false, 3],
  [["consul_unreachable", "not_included"], true, 2],
  [["consul_unreachable", "template"], false, 2],
  [["template", "present_refused", "consul_unreachable"], true, 4],
] as const)("exitOf %j, strict %s, is %i", (codes, strict, exit) => {
  expect(exitOf(all(...codes), strict)).toBe(exit);
});

test("inOrder puts the gravest first and drops what was found twice", () => {
  const codes = inOrder(all("lock_held", "not_included", "template", "nginx_missing", "template")).map(({ code }) => code);
  expect(codes).toEqual(["template", "not_included", "nginx_missing", "lock_held"]);
});

test("checkShutdownTimeout looks at the outermost level only, included files among it", () => {
  expect(checkShutdownTimeout(around("http { worker_shutdown_timeout 1h; }"))).toMatchObject([
    { code: "no_shutdown_timeout", place: "/n/n.conf" },
  ]);
  expect(checkShutdownTimeout(around("include x; http { }", { x: "worker_shutdown_timeout 1h;" }))).toEqual([]);
});

test("checkGaps says of each file that could not be read why", () => {
  expect(checkGaps(around("include gone;"))).toMatchObject([
    { code: "include_unread", place: "/n/gone", message: "what is in there was not checked: ENOENT: there is no such file" },
  ]);
});
