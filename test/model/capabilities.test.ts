import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { keepsPlaces, parseAlgorithm } from "../../src/model/algorithm.ts";
import { METHODS } from "../../src/model/capabilities/methods.ts";
import { has, isAtLeast, NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import { isProblem, type Problem } from "../../src/model/problem.ts";
import type { Algorithm, Directive, Protocol, UpstreamSettings } from "../../src/model/settings.ts";
import { problemsOf } from "../../src/model/unsupported.ts";
import { upstreamSettings } from "../builders.ts";

describe("parseAlgorithm", () => {
  test.each<[unknown, Protocol, string]>([
    ["round_robin", "http", "round_robin"],
    ["least_conn", "stream", "least_conn"],
    ["ip_hash", "http", "ip_hash"],
    ["random", "http", "random"],
    ["least_time", "http", "least_time header"],
    ["least_time", "stream", "least_time connect"],
    [{ least_conn: true }, "http", "least_conn"],
    [{ hash: "$request_uri" }, "http", "hash $request_uri"],
    [{ hash: "$request_uri", consistent: true }, "http", "hash $request_uri consistent"],
    [{ consistent: true, hash: "$request_uri" }, "http", "hash $request_uri consistent"],
    [{ hash: "$request_uri", consistent: false }, "http", "hash $request_uri"],
    [{ hash: "${host} and text" }, "stream", "hash ${host} and text"],
    [{ random: true }, "http", "random"],
    [{ random: "two" }, "http", "random two"],
    [{ random: ["two"] }, "stream", "random two"],
    [{ random: ["two", "least_conn"] }, "http", "random two least_conn"],
    [{ least_time: "last_byte" }, "http", "least_time last_byte"],
    [{ least_time: "first_byte", inflight: true }, "stream", "least_time first_byte inflight"],
    [{ least_time: "header", inflight: false }, "http", "least_time header"],
    ["random two least_conn", "http", "random two least_conn"],
    ["hash $request_uri consistent", "http", "hash $request_uri consistent"],
    ["least_time last_byte inflight", "stream", "least_time last_byte inflight"],
  ])("reads %j in %s as: %s", (input, protocol, text) => {
    const parsed = parseAlgorithm(input, protocol);
    expect(isProblem(parsed) ? parsed : [parsed.method, ...parsed.arguments].join(" ")).toBe(text);
  });

  test.each<[unknown, Protocol, Partial<Problem>]>([
    ["fair", "http", { asked: "algorithm fair", instead: expect.stringContaining("least_conn") }],
    ["", "http", { asked: "algorithm " }],
    [{}, "http", { asked: "algorithm {}" }],
    [[], "http", { asked: "algorithm []" }],
    [null, "http", { asked: "algorithm null" }],
    [undefined, "http", { asked: "algorithm undefined" }],
    [7, "http", { asked: "algorithm 7" }],
    [{ consistent: true }, "http", { asked: "algorithm consistent" }],
    ["hash", "http", { asked: "algorithm hash: without a key", instead: expect.stringContaining("$request_uri") }],
    [{ hash: "constant" }, "http", { asked: 'algorithm hash: "constant"' }],
    [{ hash: "$1" }, "http", { asked: 'algorithm hash: "$1"' }],
    [{ hash: ["$host"] }, "http", { asked: 'algorithm hash: ["$host"]' }],
    [{ hash: "$host", consistent: "yes" }, "http", { asked: "algorithm hash with consistent", instead: "write consistent: true or false" }],
    [{ hash: "$host", inflight: true }, "http", { asked: "algorithm hash with inflight" }],
    [
      { ip_hash: true, least_conn: true },
      "http",
      { asked: "algorithm ip_hash with least_conn", instead: "use ip_hash or least_conn alone" },
    ],
    [{ ip_hash: "$host" }, "http", { asked: 'algorithm ip_hash: "$host"', instead: "write algorithm: ip_hash" }],
    [{ least_conn: null }, "http", { asked: "algorithm least_conn: null" }],
    [{ random: "three" }, "http", { asked: 'algorithm random: "three"', instead: "use two or two least_conn" }],
    [{ random: ["two", "least_time=header"] }, "http", { asked: expect.stringContaining("least_time=header") }],
    [{ random: [] }, "http", { asked: "algorithm random: []" }],
    [{ least_time: "connect" }, "http", { asked: 'algorithm least_time: "connect"', instead: "use header or last_byte" }],
    [{ least_time: "header" }, "stream", { instead: "use connect or first_byte or last_byte" }],
  ])("refuses %j in %s with what to use instead", (input, protocol, problem) => {
    expect(parseAlgorithm(input, protocol)).toEqual({
      asked: expect.anything(),
      because: expect.anything(),
      instead: expect.anything(),
      ...problem,
    });
  });

  const PROTOTYPE_NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty"];

  test.each(PROTOTYPE_NAMES)("takes %s for no method and no flag", (name) => {
    const object: unknown = JSON.parse(`{"${name}": true}`);
    const flagged: unknown = JSON.parse(`{"hash": "$host", "${name}": true}`);
    expect(parseAlgorithm(name, "http")).toMatchObject({ asked: `algorithm ${name}` });
    expect(parseAlgorithm(object, "http")).toMatchObject({ asked: `algorithm ${name}` });
    expect(parseAlgorithm(flagged, "http")).toMatchObject({ asked: `algorithm hash with ${name}` });
  });

  test("answers anything that JSON can hold with an algorithm that Nginx has or with a problem", () => {
    const key = fc.constantFrom("hash", "random", "least_time", "ip_hash", "consistent", "inflight", "x");
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(true, "two", "header", "$host"));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(key, value)), fc.constantFrom("http", "stream"), (input, protocol) => {
        const parsed = parseAlgorithm(input, protocol);
        if (isProblem(parsed)) return;
        expect(problemsOf(upstreamSettings({ algorithm: parsed, protocol }), NEWEST_KNOWN).map(({ because }) => because)).toEqual(
          parsed.method === "ip_hash" && protocol === "stream" ? ["Nginx has it in http only, not in stream"] : [],
        );
      }),
    );
  });
});

describe("problemsOf", () => {
  const algorithm = (method: string, ...words: string[]): Partial<UpstreamSettings> => ({ algorithm: { method, arguments: words } });
  const directives = (...names: string[]): Partial<UpstreamSettings> => ({
    directives: names.map((name): Directive => ({ name, arguments: ["1"] })),
  });
  const problems = (change: Partial<UpstreamSettings>, version = "1.22.1") => problemsOf(upstreamSettings(change), version);

  test("there is none with what everybody has", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ ...algorithm("random", "two"), ...directives("zone", "keepalive", "keepalive_time") })).toEqual([]);
  });

  test("a method that this version lacks is refused with both versions and what to use", () => {
    expect(problems(algorithm("least_time", "header"))).toEqual([
      { asked: "algorithm least_time header", because: "Nginx has it since 1.31.0 and this is 1.22.1", instead: "use least_conn" },
    ]);
    expect(problems(algorithm("least_time", "header"), "1.31.0")).toEqual([]);
    expect(problems(algorithm("random"), "1.15.0")).toHaveLength(1);
    expect(problems(algorithm("random"), "1.15.1")).toEqual([]);
  });

  test("a method that the protocol lacks is refused", () => {
    expect(problems({ ...algorithm("ip_hash"), protocol: "stream" })).toEqual([
      {
        asked: "algorithm ip_hash",
        because: "Nginx has it in http only, not in stream",
        instead: "use { hash: $remote_addr, consistent: true }",
      },
    ]);
  });

  test.each(["ip_hash", "hash", "random"])("backup with %s is refused, and only methods of this version are proposed", (method) => {
    const [old] = problems({ ...algorithm(method), backupTag: "spare" });
    expect(old).toMatchObject({
      asked: `backup with algorithm ${method}`,
      instead: expect.stringMatching(/^use round_robin or least_conn\b(?!.*least_time).*, or remove backup$/),
    });
    const [newest] = problems({ ...algorithm(method), backupTag: "spare" }, "1.31.3");
    expect(newest?.instead).toMatch(/^use round_robin or least_conn\b.* least_time\b.*, or remove backup$/);
  });

  const LACKING = Object.entries(METHODS).flatMap(([name, row]) =>
    (["http", "stream"] as const)
      .filter((protocol) => !has(row.since, protocol, "1.18.0"))
      .map((protocol) => [name, protocol, parse(row.instead) as unknown] as const),
  );

  test.each(LACKING)("what is proposed instead of %s in %s is there in every version", (_, protocol, instead) => {
    const parsed = parseAlgorithm(instead, protocol);
    if (isProblem(parsed)) throw new Error(parsed.because);
    expect(problemsOf(upstreamSettings({ algorithm: parsed, protocol }), "1.18.0")).toEqual([]);
  });

  const STICKY = { kind: "cookie", arguments: ["cookie", "sid"], fallback: null };

  test("sticky and drain are refused by name where this version lacks them", () => {
    expect(problems({ sticky: STICKY, whenMaintenance: "drain" })).toEqual([
      {
        asked: "sticky cookie sid",
        because: "Nginx has it since 1.29.6 and this is 1.22.1",
        instead: "add fallback: hash to it, or use algorithm: ip_hash",
      },
      {
        asked: "when_maintenance drain",
        because: "Nginx has it since 1.29.6 and this is 1.22.1",
        instead: "use when_maintenance: down, or remove",
      },
    ]);
    expect(problems({ sticky: STICKY, whenMaintenance: "drain" }, "1.29.6")).toEqual([]);
    expect(problems({ whenMaintenance: "drain" }, "1.29.6").map(({ asked }) => asked)).toEqual(["when_maintenance drain"]);
  });

  test("words that came later than their directive are refused below that", () => {
    const keepalive = (...words: string[]) => ({ directives: [{ name: "keepalive", arguments: words }] });
    expect(problems(keepalive("0"))[0]).toMatchObject({ asked: "keepalive 0", instead: expect.stringContaining("keepalive: false") });
    expect(problems(keepalive("8", "local"))[0]).toMatchObject({
      asked: "keepalive 8 local",
      because: "Nginx has it since 1.29.7 and this is 1.22.1",
    });
    expect([problems(keepalive("0"), "1.29.7"), problems(keepalive("8", "local"), "1.29.7")]).toEqual([[], []]);
  });

  test("a hash in place of sticky has no backup servers, and the real one has", () => {
    const asked = { sticky: { ...STICKY, fallback: "$cookie_sid" }, backupTag: "spare" };
    expect(problems(asked).map((problem) => problem.asked)).toEqual(["backup with sticky cookie sid"]);
    expect(problems(asked, "1.29.6")).toEqual([]);
  });

  test.each(["round_robin", "least_conn", "least_time"])("backup with %s is fine", (method) => {
    expect(problems({ ...algorithm(method), backupTag: "spare" }, "1.31.3")).toEqual([]);
  });

  test("a directive that the protocol or the version lacks is refused, each by name", () => {
    expect(problems({ ...directives("zone", "keepalive"), protocol: "stream" })).toEqual([
      { asked: "keepalive", because: "Nginx has it in http only, not in stream", instead: "remove it" },
    ]);
    expect(problems(directives("keepalive", "keepalive_time", "keepalive_timeout"), "1.15.3").map(({ asked }) => asked)).toEqual([
      "keepalive_time",
    ]);
    expect(problems(directives("keepalive", "keepalive_time"), "1.19.10")).toEqual([]);
  });

  test.each(["keepalive_requests", "keepalive_time", "keepalive_timeout"])("%s without keepalive is refused", (name) => {
    expect(problems(directives(name))).toEqual([{ asked: name, because: "it means nothing without keepalive", instead: "add keepalive" }]);
    expect(problems(directives(name, "keepalive"))).toEqual([]);
  });

  test.each(["queue", "constructor", "__proto__", "toString"])("neither a method nor a directive is called %s", (name) => {
    expect(problems({ ...algorithm(name), ...directives(name) }).map(({ asked }) => asked)).toEqual([`algorithm ${name}`, name]);
  });
});

describe("keepsPlaces", () => {
  test.each<[Algorithm, boolean]>([
    [{ method: "ip_hash", arguments: [] }, true],
    [{ method: "hash", arguments: ["$host"] }, true],
    [{ method: "hash", arguments: ["$host", "consistent"] }, false],
    [{ method: "round_robin", arguments: [] }, false],
    [{ method: "random", arguments: ["two"] }, false],
    [{ method: "constructor", arguments: [] }, false],
  ])("of %j is %s", (algorithm, keeps) => {
    expect(keepsPlaces(algorithm)).toBe(keeps);
  });
});

describe("isAtLeast", () => {
  test.each([
    ["1.22.1", "1.9.0", true],
    ["1.9.0", "1.22.1", false],
    ["1.22.1", "1.22.1", true],
    ["1.22.1", "1.22.2", false],
    ["1.22.10", "1.22.9", true],
    ["2.0.0", "1.31.3", true],
    ["1.31", "1.31.0", true],
    ["1.31.0", "1.31", true],
  ])("%s compared with %s is %s, by number", (version, since, expected) => {
    expect(isAtLeast(version, since)).toBe(expected);
  });
});
