import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explanationAsJson, explanationAsText } from "../../src/cli/explanation.ts";
import type { ExplainedInstance, ExplainedUpstream } from "../../src/model/explain.ts";

function instance(change: Partial<ExplainedInstance> = {}): ExplainedInstance {
  return {
    ...{ id: "api-1", node: "web-1", datacenter: "dc1", address: "10.0.0.1", port: 80, included: true, because: "it is well" },
    ...{ state: "up", health: "passing", weight: 1, backup: false },
    ...change,
  };
}

function upstream(instances: readonly ExplainedInstance[], change: Partial<ExplainedUpstream> = {}): ExplainedUpstream {
  return { name: "api", protocol: "http", service: "api", state: "ok", reason: null, notes: [], instances, ...change };
}

const OUT = { state: "out", included: false } as const;
const PLAIN = { colour: false, columns: undefined };

describe("explanationAsText", () => {
  it("is a table an upstream, with what is said of it as a whole above", () => {
    const api = upstream([instance(), instance({ ...OUT, id: "api-12", address: "2001:db8::1", because: "it is ill" })], {
      ...{ service: "backend", state: "kept", reason: "none is healthy", notes: ["a note"] },
    });
    const tcp = upstream([], { name: "tcp", protocol: "stream", service: "tcp", state: "empty" });
    expect(explanationAsText([api, tcp], PLAIN)).toBe(
      [
        "api (http), service backend: kept, 1 of 2 instances take requests",
        "  none is healthy",
        "  a note",
        "  up    10.0.0.1:80       api-1 on web-1   it is well",
        "  out   [2001:db8::1]:80  api-12 on web-1  it is ill",
        "",
        "tcp (stream): empty, 0 of 0 instances take requests",
        "",
      ].join("\n"),
    );
    expect(explanationAsText([], PLAIN)).toBe("no upstream is configured\n");
  });

  it("breaks long sentences between words, and puts them below where there is no room beside", () => {
    const because = "its check is critical and the words that it printed go on for a while";
    const [, ...beside] = explanationAsText([upstream([instance({ because })])], { colour: false, columns: 78 })
      .trimEnd()
      .split("\n");
    expect(beside).toEqual([
      "  up    10.0.0.1:80  api-1 on web-1  its check is critical and the words that",
      "                                     it printed go on for a while",
    ]);
    const [, ...below] = explanationAsText([upstream([instance({ because })])], { colour: false, columns: 50 })
      .trimEnd()
      .split("\n");
    expect(below).toEqual([
      "  up    10.0.0.1:80  api-1 on web-1",
      "        its check is critical and the words that",
      "        it printed go on for a while",
    ]);
  });

  it("fits a terminal of any width, and loses no word", () => {
    const sentence = fc.array(fc.stringMatching(/^[a-z]{1,60}$/), { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(sentence, fc.integer({ min: 40, max: 200 }), (because, columns) => {
        const lines = explanationAsText([upstream([instance({ because })])], { colour: false, columns })
          .trimEnd()
          .split("\n")
          .slice(1);
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
        expect(lines.join("").replaceAll(" ", "")).toContain(because.replaceAll(" ", ""));
      }),
    );
  });

  it("colours the state of each on a terminal that can", () => {
    const colourful = explanationAsText([upstream([instance(), instance(OUT)])], { ...PLAIN, colour: true });
    expect(colourful).toContain("\u001b[32mup  \u001b[39m");
    expect(colourful).toContain("\u001b[31mout \u001b[39m");
    expect(stripVTControlCharacters(colourful)).toBe(explanationAsText([upstream([instance(), instance(OUT)])], PLAIN));
  });

  it("shows registry text so that a terminal obeys none of it and a line stays a line", () => {
    const evil = '\u001b[31m\n  up    6.6.6.6:80\u202e"; }';
    const text = explanationAsText(
      [upstream([instance({ id: evil, node: evil, address: evil, because: `it is ${JSON.stringify(evil)}` })])],
      PLAIN,
    );
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toMatch(/(?!\n)\p{C}/u);
    const long = "x".repeat(100_000);
    expect(explanationAsText([upstream([instance({ id: long, node: long, address: long })])], PLAIN).length).toBeLessThan(400);
  });
});

describe("explanationAsJson", () => {
  it("is a document with a version, in which texts are as they were registered", () => {
    const evil = '"\n\u001b{';
    const document = JSON.parse(explanationAsJson([upstream([instance({ id: evil })])]));
    expect(document).toMatchObject({
      version: 1,
      upstreams: [{ name: "api", instances: [{ id: evil, included: true, because: "it is well" }] }],
    });
  });
});
