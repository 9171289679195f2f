import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ParsedDirective, parseConfiguration } from "../../../src/model/grammar/directives.ts";

/** The tree without places, as nested lists. */
function shape(text: string): unknown {
  const result = parseConfiguration(text);
  const asList = ({ name, arguments: words, block }: ParsedDirective): unknown => [
    name,
    ...words,
    ...(block === null ? [] : [block.map(asList)]),
  ];
  return "error" in result ? result : result.directives.map(asList);
}

describe("parseConfiguration", () => {
  test("reads directives and blocks of any depth as a tree", () => {
    const text = "user www;\nhttp { map $a $b { default 1; ~^x 2; }\n server { if ($x = 'y z') { return 200; } } }\nevents {}";
    expect(shape(text)).toEqual([
      ["user", "www"],
      [
        "http",
        [
          [
            "map",
            "$a",
            "$b",
            [
              ["default", "1"],
              ["~^x", "2"],
            ],
          ],
          ["server", [["if", "($x", "=", "y z", ")", [["return", "200"]]]]],
        ],
      ],
      ["events", []],
    ]);
  });

  test("says where a directive and each of its arguments stand, so that one can be rewritten in place", () => {
    const text = "# x\nhttp {\n  include 'a b'\n    c;\n}\n";
    const result = parseConfiguration(text);
    const http = "directives" in result ? result.directives[0] : undefined;
    const include = http?.block?.[0];
    expect([http?.line, http?.endLine, text.slice(http?.from, http?.to)]).toEqual([2, 5, text.slice(4, -1)]);
    expect([include?.line, include?.endLine, text.slice(include?.from, include?.to)]).toEqual([3, 4, "include 'a b'\n    c;"]);
    expect(include?.words.map(({ from, to }) => text.slice(from, to))).toEqual(["'a b'", "c"]);
  });

  test("hands on what the tokenizer refuses", () => {
    expect(shape("http {\n")).toEqual({ error: 'unexpected end of file, expecting "}"', line: 2 });
  });

  test("reads nesting that no stack would hold", () => {
    const depth = 100_000;
    expect(parseConfiguration(`${"a {".repeat(depth)}${"}".repeat(depth)}`)).toHaveProperty("directives");
  });

  test("is not upset by a block in another language", () => {
    const lua = "location / { content_by_lua_block {\n local t = { a = '1' }\n if x then ngx.say(\"}\") end\n } }";
    expect(() => parseConfiguration(lua)).not.toThrow();
  });

  test("never throws", () => {
    const text = fc.array(fc.constantFrom(..."ab \n;{}\"'\\#$", "server ", "upstream u {")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (value) => "directives" in parseConfiguration(value) || "error" in parseConfiguration(value)),
      { numRuns: 1000 },
    );
  });
});
