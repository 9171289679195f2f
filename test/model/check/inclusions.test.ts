import { expect, test } from "vitest";
import { checkInclusions, type Wanted } from "../../../src/model/check/inclusions.ts";
import type { Surroundings } from "../../../src/model/surroundings/surroundings.ts";
import { around, HTTP, STREAM } from "./around.ts";

const OUTPUT_HTTP: Wanted = { path: HTTP, setting: "output.http", block: "http" };
const OUTPUT_STREAM: Wanted = { path: STREAM, setting: "output.stream", block: "stream" };

function found(surroundings: Surroundings, ...wanted: readonly Wanted[]) {
  return checkInclusions(wanted, surroundings).map(({ code, place, message, hint }) => ({ code, place, message, hint }));
}

test("checkInclusions finds nothing where each file is included in its block, through whatever files", () => {
  const surroundings = around("http { include x; }\nstream { include *.stream; }", { x: "include *.conf;", "a.stream": "" });
  expect(found(surroundings, OUTPUT_HTTP, OUTPUT_STREAM)).toEqual([]);
});

test("checkInclusions says where an include could be added, or which ones there are", () => {
  expect(found(around("http {\n include /n/conf.d/*.conf;\n}"), OUTPUT_HTTP)).toEqual([
    {
      code: "not_included",
      place: "output.http",
      message: "/n/n.conf does not include /n/up.conf, so nothing of it reaches Nginx",
      hint: 'Add "include /n/up.conf;" in http { }, or choose an output.http among /n/conf.d/*.conf, which stands there.',
    },
  ]);
  expect(found(around("http { }"), OUTPUT_STREAM)).toMatchObject([
    {
      hint: 'Add "include /n/up.stream;" in a stream { } of its own at the outermost level of /n/n.conf, with the stream module loaded where it is one.',
    },
  ]);
});

test("checkInclusions is not certain where a part could not be read", () => {
  const [finding] = found(around("http { include gone; }"), OUTPUT_HTTP);
  expect(finding?.message).toBe(
    "/n/n.conf does not include /n/up.conf, unless by a part that could not be read, so nothing of it reaches Nginx",
  );
});

test.each([
  ["the outermost level", "include up.conf;", "outside of any block"],
  ["a server", "http {\n server { include up.conf; } }", "in http { server {"],
  ["the other protocol", "stream { include up.conf; }", "in stream {"],
])("checkInclusions refuses %s as the place of upstreams", (_name, main, where) => {
  expect(found(around(main), OUTPUT_HTTP)).toMatchObject([
    {
      code: "wrong_block",
      message: `/n/up.conf is included ${where}, where upstreams of http cannot stand`,
      hint: "Include it in http { } directly.",
    },
  ]);
});

test("checkInclusions names both places of a file that is included twice", () => {
  expect(found(around("http {\n include up.conf;\n include u*.conf;\n}"), OUTPUT_HTTP)).toMatchObject([
    { code: "included_twice", place: "/n/n.conf:3", message: "/n/up.conf is included here once more, after /n/n.conf:2" },
  ]);
});

test("checkInclusions lets a file of no protocol stand anywhere, and as often as somebody likes", () => {
  const template: Wanted = { path: HTTP, setting: "templates", block: null };
  expect(found(around("include up.conf; http { server { include up.conf; } }"), template)).toEqual([]);
  expect(found(around("http { }"), template)).toMatchObject([{ hint: 'Add "include /n/up.conf;" where its text belongs.' }]);
});
