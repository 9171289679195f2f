import { describe, expect, test } from "vitest";
import { isStickyPrinted } from "../../src/model/grammar/sticky-words.ts";
import { isProblem, type Problem } from "../../src/model/problem.ts";
import { parseSticky } from "../../src/model/sticky.ts";
import { patternsAndExamples } from "../nginx/cells.ts";

const LEARN = { create: "$upstream_cookie_a", lookup: "$cookie_a", zone: "sessions:1m" };

describe("parseSticky", () => {
  test.each([
    [{ cookie: "sid" }, "cookie sid"],
    [
      { samesite: "lax", httponly: true, secure: true, path: "/", domain: ".a.test", expires: "1h", cookie: "sid" },
      "cookie sid expires=1h domain=.a.test path=/ secure httponly samesite=lax",
    ],
    [{ cookie: "sid", secure: false, expires: "max" }, "cookie sid expires=max"],
    [{ route: ["$cookie_a", "$arg_b"] }, "route $cookie_a $arg_b"],
    [{ route: "$cookie_a" }, "route $cookie_a"],
    [{ learn: LEARN }, "learn create=$upstream_cookie_a lookup=$cookie_a zone=sessions:1m"],
    [
      { learn: { ...LEARN, timeout: "10m", lookup: ["$cookie_a", "$arg_a"], header: true } },
      "learn create=$upstream_cookie_a lookup=$cookie_a lookup=$arg_a zone=sessions:1m timeout=10m header",
    ],
  ])("reads %j as: sticky %s", (input, text) => {
    const parsed = parseSticky(input);
    expect(isProblem(parsed) ? parsed : parsed.arguments.join(" ")).toBe(text);
    expect(isProblem(parsed) || isStickyPrinted(parsed.arguments)).toBe(true);
  });

  test("reads a fallback as the variable of the cookie", () => {
    expect(parseSticky({ cookie: "sid", fallback: "hash" })).toEqual({
      kind: "cookie",
      arguments: ["cookie", "sid"],
      fallback: "$cookie_sid",
    });
    expect(parseSticky({ cookie: "sid" })).toMatchObject({ fallback: null });
  });

  test.each<[Readonly<Record<string, unknown>>, Partial<Problem>]>([
    [{}, { asked: "sticky", instead: "use one of { cookie: NAME }, { route: [$variable, ...] }, { learn: { ... } }" }],
    [{ cokie: "sid" }, { asked: "sticky cokie", because: "that is no kind of sticky" }],
    [JSON.parse('{"__proto__": 1}') as Readonly<Record<string, unknown>>, { asked: "sticky __proto__" }],
    [{ constructor: 1 }, { asked: "sticky constructor" }],
    [
      { cookie: "a", route: ["$a"] },
      { asked: "sticky cookie and route", because: "an upstream can have one kind only" },
    ],
    [{ cookie: "a;b" }, { asked: 'sticky cookie: "a;b"', instead: expect.stringContaining("letters, digits, _ and -") }],
    [{ cookie: "$arg_x" }, { asked: 'sticky cookie: "$arg_x"' }],
    [{ cookie: "" }, { asked: 'sticky cookie: ""' }],
    [{ cookie: null }, { asked: "sticky cookie: null" }],
    [
      { cookie: "a", expires: "0" },
      { asked: 'sticky cookie with expires: "0"', instead: "use whole seconds such as 1h, or max" },
    ],
    [{ cookie: "a", expires: "500ms" }, { asked: 'sticky cookie with expires: "500ms"' }],
    [{ cookie: "a", expires: 60 }, { asked: "sticky cookie with expires: 60" }],
    [{ cookie: "a", domain: "a.test;x" }, { asked: 'sticky cookie with domain: "a.test;x"' }],
    [{ cookie: "a", path: "/; secure" }, { asked: 'sticky cookie with path: "/; secure"' }],
    [
      { cookie: "a", samesite: "no" },
      { asked: 'sticky cookie with samesite: "no"', instead: "use strict, lax, none, or a variable" },
    ],
    [
      { cookie: "a", secure: "yes" },
      { asked: 'sticky cookie with secure: "yes"', instead: "use true or false" },
    ],
    [
      { cookie: "a", max_age: 5 },
      { asked: "sticky cookie with max_age", instead: expect.stringContaining("expires, domain, path") },
    ],
    [{ cookie: "a", __proto__x: 1 }, { asked: "sticky cookie with __proto__x" }],
    [
      { cookie: "a", fallback: "ip_hash" },
      { asked: 'sticky cookie with fallback: "ip_hash"', instead: "use fallback: hash" },
    ],
    [{ cookie: "a-b", fallback: "hash" }, { because: "no variable holds the cookie a-b" }],
    [{ route: ["abc"] }, { asked: 'sticky route: ["abc"]', instead: "use a variable such as $cookie_sid" }],
    [{ route: [] }, { asked: "sticky route: []" }],
    [
      { route: ["$a"], fallback: "hash" },
      { asked: 'sticky route with fallback: "hash"', instead: "remove fallback" },
    ],
    [
      { route: ["$a"], expires: "1h" },
      { asked: "sticky route with expires", instead: "remove expires" },
    ],
    [{ learn: null }, { asked: "sticky learn without create" }],
    [{ learn: { ...LEARN, zone: undefined } }, { asked: "sticky learn without zone", instead: expect.stringContaining("NAME:SIZE") }],
    [{ learn: { ...LEARN, zone: "s:31k" } }, { asked: 'sticky learn with zone: "s:31k"' }],
    [{ learn: { ...LEARN, timeout: "0" } }, { asked: 'sticky learn with timeout: "0"' }],
    [{ learn: { ...LEARN, create: "abc" } }, { asked: 'sticky learn with create: "abc"' }],
    [{ learn: { ...LEARN, sync: true } }, { asked: "sticky learn with sync", because: "no open source version of Nginx has it" }],
    [{ learn: LEARN, timeout: "1h" }, { asked: "sticky learn with timeout" }],
  ])("refuses %j by name, with what to use instead", (input, problem) => {
    expect(parseSticky(input)).toMatchObject({ because: expect.any(String), instead: expect.any(String), ...problem });
  });

  test.each(patternsAndExamples())("takes in the place of $place what Nginx was asked about", ({ value, taken }) => {
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter((text) => !value.pattern.test(text))).toEqual([]);
  });
});
