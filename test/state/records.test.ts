import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { believe, recall } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import type { Memory } from "../../src/model/memory.ts";
import { runningIsKnown } from "../../src/model/running.ts";
import { buildUpstreams } from "../../src/model/upstreams.ts";
import { parseIntent, parseMemory } from "../../src/state/records.ts";
import { diskFile, identityAt, nginxNow, settings, snapshotOf } from "../builders.ts";
import { INTENT, MEMORY } from "./a-store.ts";

/** The paths of everything inside a JSON value: `[["upstreams"], ["upstreams", 0], ...]`. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsIn((value as Record<string | number, unknown>)[key], [...path, key]))];
}

/** A copy with something else, or nothing, at that path. */
function changed(value: unknown, [key, ...rest]: readonly (string | number)[], other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const inner = changed(copy[key], rest, other);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

const memoryPath = fc.constantFrom(...pathsIn(MEMORY));
const intentPath = fc.constantFrom(...pathsIn(INTENT));
const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", "x", "12", 0, -1, 1.5, 1e300, true, [], {}, [null], [{}], { x: null }),
  fc.jsonValue(),
);

describe("parseMemory", () => {
  test("reads back what was written", () => {
    expect(parseMemory(JSON.stringify(MEMORY))).toEqual(MEMORY);
  });

  test.each(["", "{", "null", "[]", "1", '"x"', "{}", '{"generation":1}', "\u0000\u0001"])("refuses %j", (text) => {
    expect(() => parseMemory(text)).toThrow(Error);
  });

  test("refuses every prefix of a memory", () => {
    const text = JSON.stringify(MEMORY);
    for (let length = 0; length < text.length; length++) expect(() => parseMemory(text.slice(0, length))).toThrow(Error);
  });

  test.each<[string, readonly (string | number)[], unknown]>([
    ["a check without an id", ["upstreams", 0, "serving", 0, "checks", 0, "id"], undefined],
    ["a check that is none", ["upstreams", 0, "serving", 0, "checks"], [null]],
    ["a tag that is no text", ["upstreams", 0, "serving", 0, "tags"], [7]],
    ["weights that are no numbers", ["upstreams", 0, "serving", 0, "weights"], {}],
    ["a port that is no number", ["upstreams", 0, "serving", 0, "port"], "80"],
    ["a tagged address that is none", ["upstreams", 0, "serving", 0, "taggedAddresses", "wan"], null],
    ["a time of a file that is none", ["placed", 0, "identity", "changedAtNs"], "soon"],
    ["a file without the moment of its placing", ["placed", 0, "placedAt"], undefined],
    ["a moment without its boot", ["placed", 0, "placedAt", "boot"], null],
    ["a moment that is none", ["placed", 0, "placedAt", "ticks"], 1.5],
    ["a file without its protocol", ["placed", 0, "protocol"], undefined],
    ["an upstream without the watch that it came from", ["upstreams", 0, "watch"], undefined],
    ["a worker without a start", ["verified", "workers", 0], { pid: 1 }],
  ])("refuses %s", (_name, path, other) => {
    expect(() => parseMemory(JSON.stringify(changed(MEMORY, path, other)))).toThrow(Error);
  });

  test("whatever stands in a memory file is refused, or serves all who use a memory", () => {
    fc.assert(
      fc.property(memoryPath, anything, (path, other) => {
        const memory = attempt(() => parseMemory(JSON.stringify(changed(MEMORY, path, other)) ?? ""));
        if (memory !== null) useEverything(memory);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("parseIntent", () => {
  test("reads back what was written", () => {
    expect(parseIntent(JSON.stringify(INTENT))).toEqual(INTENT);
  });

  test.each<[string, readonly (string | number)[], unknown]>([
    ["no memory", ["remember"], undefined],
    ["a memory that is none", ["remember", "generation"], "1"],
    ["no changes", ["changes"], null],
    ["a change without the text from before", ["changes", 0, "before"], undefined],
    ["a change of an unknown kind", ["changes", 0, "change"], "constructor"],
    ["no hash", ["hash"], 1],
  ])("refuses an intent with %s", (_name, path, other) => {
    expect(() => parseIntent(JSON.stringify(changed(INTENT, path, other)))).toThrow(Error);
  });

  test("whatever stands in a journal file is refused, or says of each change what was and what is to be", () => {
    fc.assert(
      fc.property(intentPath, anything, (path, other) => {
        const intent = attempt(() => parseIntent(JSON.stringify(changed(INTENT, path, other)) ?? ""));
        for (const { path: file, before, after } of intent?.changes ?? []) {
          expect(typeof file).toBe("string");
          for (const text of [before, after]) expect(text === null || typeof text === "string").toBe(true);
        }
        if (intent !== null) useEverything(intent.remember);
      }),
      { numRuns: 500 },
    );
  });
});

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError)) return null;
    throw error;
  }
}

function useEverything(memory: Memory): void {
  const options = settings();
  const recalled = recall(memory, options);
  buildUpstreams(recalled, options, NEWEST_KNOWN);
  buildUpstreams(believe(recalled, snapshotOf({ api: [] }), options, 0).belief, options, NEWEST_KNOWN);
  const disk = memory.placed.map(({ path, identity }) => diskFile(path, "x", identity));
  runningIsKnown(memory, "a1", nginxNow(), disk);
  runningIsKnown(memory, "z", nginxNow(), [diskFile("/etc/nginx/conf.d/upstreamd.conf", "x", identityAt(10_000))]);
}
