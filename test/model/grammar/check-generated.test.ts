import { describe, expect, test } from "vitest";
import { checkGenerated } from "../../../src/model/grammar/check-generated.ts";
import type { Directive } from "../../../src/model/settings.ts";
import type { Upstream } from "../../../src/model/upstream.ts";
import { aServer } from "../../builders.ts";

const SERVER = aServer({ address: "10.0.0.7", port: 80 });
const API: Upstream = { name: "api", protocol: "http", directives: [{ name: "least_conn", arguments: [] }], servers: [SERVER] };
const EMPTY: Upstream = { name: "none", protocol: "http", directives: [], servers: [] };

describe("checkGenerated", () => {
  test("takes the upstreams that were asked for, the placeholder included", () => {
    expect(
      checkGenerated("# x\nupstream api { least_conn; server 10.0.0.7:80; }\nupstream none { server 127.0.0.1:1 down; }", [API, EMPTY]),
    ).toBeNull();
  });

  test.each([
    ["a text that does not parse", "upstream api {", 'line 1: unexpected end of file, expecting "}"'],
    ["another directive at the top", "server { listen 80; }", 'line 1: "server" may not stand here, only upstream blocks'],
    ["an include", "include /etc/passwd;", 'line 1: "include" may not stand here, only upstream blocks'],
    ["another name", "upstream apis { least_conn; server 10.0.0.7:80; }", "line 1: the upstream is not named api"],
    ["two names", "upstream api b { least_conn; server 10.0.0.7:80; }", "line 1: the upstream is not named api"],
    ["a missing upstream", "# nothing", "the upstream api is missing"],
    [
      "an upstream too many",
      "upstream api { least_conn; server 10.0.0.7:80; }\nupstream api { server 10.0.0.7:80; }",
      "line 2: there is an upstream too many",
    ],
    [
      "a server too many",
      "upstream api { least_conn; server 10.0.0.7:80; server 10.0.0.8:80; }",
      "line 1: api has 3 lines where 1 directives and 1 servers should be",
    ],
    ["a missing server", "upstream api { least_conn; }", "line 1: api has 1 lines where 1 directives and 1 servers should be"],
    [
      "another directive inside",
      "upstream api {\n include;\n server 10.0.0.7:80; }",
      'line 2: "include" is not what should stand here: least_conn ',
    ],
    [
      "another argument",
      "upstream api { least_conn x; server 10.0.0.7:80; }",
      'line 1: "least_conn" is not what should stand here: least_conn ',
    ],
    ["a block inside", "upstream api { least_conn; server { } }", "line 1: a block may not stand in an upstream"],
    ["something in the place of a server", "upstream api { least_conn;\n resolver 10.0.0.7:80; }", 'line 2: "resolver" is not a server'],
    [
      "another address",
      "upstream api { least_conn; server 10.0.0.8:80; }",
      "line 1: the server should have address 10.0.0.7, and is: 10.0.0.8:80",
    ],
    [
      "another weight",
      "upstream api { least_conn; server 10.0.0.7:80 weight=2; }",
      "line 1: the server should have weight 1, and is: 10.0.0.7:80 weight=2",
    ],
    ["an unknown parameter", "upstream api { least_conn; server 10.0.0.7:80 resolve; }", 'line 1: the server may not have "resolve"'],
    [
      "a parameter twice",
      "upstream api { least_conn; server 10.0.0.7:80 weight=2 weight=1; }",
      'line 1: the server may not have "weight=1"',
    ],
  ])("refuses %s", (_, text, because) => {
    expect(checkGenerated(text, [API])).toBe(because);
  });

  const withDirectives = (directives: readonly Directive[], protocol: "http" | "stream" = "http") => {
    const lines = directives.map(({ name, arguments: words }) => [name, ...words.map((word) => `"${word}"`)].join(" "));
    return checkGenerated(`upstream api { ${[...lines, "server 10.0.0.7:80"].join("; ")}; }`, [{ ...API, protocol, directives }]);
  };

  test.each([
    ["hash", ["$request_uri"]],
    ["hash", ["$request_uri", "consistent"]],
    ["random", []],
    ["random", ["two", "least_conn"]],
    ["least_time", ["header", "inflight"]],
    ["zone", ["upstreamd_http_api", "64k"]],
    ["keepalive", ["32"]],
    ["keepalive_timeout", ["60s"]],
    ["keepalive", ["0"]],
    ["keepalive", ["32", "local"]],
    ["sticky", ["cookie", "secure", "expires=max", "domain=.a.test", "path=/", "secure", "httponly", "samesite=lax"]],
    ["sticky", ["route", "$cookie_a", "$arg_b-c"]],
    ["sticky", ["learn", "create=$a", "create=$b", "lookup=$c", "zone=s:32k", "timeout=500ms", "header"]],
  ])("takes %s %j", (name, words) => {
    expect(withDirectives([{ name, arguments: words }])).toBeNull();
  });

  test.each([
    ["include", ["/etc/*"]],
    ["hash", []],
    ["hash", ["$a", "consistent", "consistent"]],
    ["hash", ["$a", "x"]],
    ["ip_hash", ["x"]],
    ["random", ["three"]],
    ["least_time", ["connect"]],
    ["least_time", ["inflight", "header"]],
    ["zone", ["a b", "64k"]],
    ["zone", ["a", "64x"]],
    ["zone", ["a"]],
    ["keepalive", ["-1"]],
    ["keepalive", ["65536"]],
    ["keepalive", ["32", "global"]],
    ["keepalive", ["32", "local", "local"]],
    ["keepalive_requests", ["0"]],
    ["hash", ["abc"]],
    ["hash", ["$1"]],
    ["sticky", []],
    ["sticky", ["fair", "$a"]],
    ["sticky", ["cookie"]],
    ["sticky", ["cookie", "a;b"]],
    ["sticky", ["cookie", "a", "httponly", "httponly"]],
    ["sticky", ["cookie", "a", "expires=0"]],
    ["sticky", ["cookie", "a", "hash=md5"]],
    ["sticky", ["route"]],
    ["sticky", ["route", "abc"]],
    ["sticky", ["learn", "create=$a", "lookup=$b"]],
    ["sticky", ["learn", "create=$a", "lookup=$b", "zone=s:31k"]],
    ["sticky", ["learn", "create=$a", "lookup=$b", "zone=s:1m", "sync"]],
    ["keepalive_timeout", ["1.5s"]],
    ["toString", []],
  ])("refuses %s %j even where the model asks for it", (name, words) => {
    expect(withDirectives([{ name, arguments: words }])).toBe(`line 1: "${name}" does not take ${JSON.stringify(words)} in http`);
  });

  test("refuses what the protocol lacks", () => {
    expect(withDirectives([{ name: "ip_hash", arguments: [] }], "stream")).toBe('line 1: "ip_hash" does not take [] in stream');
    expect(withDirectives([{ name: "keepalive", arguments: ["3"] }], "stream")).toBe('line 1: "keepalive" does not take ["3"] in stream');
  });

  const STICKY = { name: "sticky", arguments: ["cookie", "sid"] };
  const SERVED: Upstream = { ...API, directives: [STICKY], servers: [{ ...SERVER, route: "0011223344556677", state: "drain" }] };

  test.each([
    ["the parameters of sticky sessions in stream", "route=0011223344556677 drain", "stream", '"route=0011223344556677"'],
    ["drain beside down", "drain down", "http", "drain and down"],
    ["a route that is too long", `route=${"a".repeat(33)}`, "http", `"route=${"a".repeat(33)}"`],
  ] as const)("refuses %s", (_, words, protocol, shown) => {
    const because = checkGenerated(`upstream api {${protocol === "http" ? " sticky cookie sid;" : ""}\nserver 10.0.0.7:80 ${words}; }`, [
      { ...SERVED, protocol, directives: protocol === "http" ? [STICKY] : [] },
    ]);
    expect(because).toBe(`line 2: the server may not have ${shown}`);
  });

  test("takes a server that drains by the name that it has, and by no other", () => {
    const of = (words: string) => checkGenerated(`upstream api { sticky cookie sid; server 10.0.0.7:80 ${words}; }`, [SERVED]);
    expect(of("route=0011223344556677 drain")).toBeNull();
    expect(of("route=0011223344556677")).toMatch("should have state drain");
    expect(of("route=0011223344556678 drain")).toMatch("should have route 0011223344556677");
  });

  test("refuses two methods and a directive that stands twice", () => {
    const [least, ip] = [
      { name: "least_conn", arguments: [] },
      { name: "ip_hash", arguments: [] },
    ];
    expect(withDirectives([least, ip])).toBe("line 1: it has two methods: least_conn and ip_hash");
    const zone = { name: "zone", arguments: ["z", "64k"] };
    expect(withDirectives([zone, zone])).toBe('line 1: "zone" stands twice');
  });
});
