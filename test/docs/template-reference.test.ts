import { expect, test } from "vitest";
import { believe, recall } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { sampleSnapshot } from "../../src/model/sample.ts";
import { buildUpstreams } from "../../src/model/upstreams.ts";
import { BLOCK_HELPERS, PRINTING_HELPERS, VALUE_HELPERS } from "../../src/render/lint.ts";
import { toUserView } from "../../src/render/user-view.ts";
import { toView } from "../../src/render/view.ts";
import { settings, upstreamSettings } from "../builders.ts";
import { FIELDS, HELPERS } from "./template-reference.ts";

const SETTINGS = settings({ upstreams: [upstreamSettings({ directives: [{ name: "keepalive", arguments: ["4"] }] })] });
const BUILT = buildUpstreams(believe(recall(EMPTY_MEMORY, SETTINGS), sampleSnapshot(SETTINGS), SETTINGS, 0).belief, SETTINGS, NEWEST_KNOWN);

/** The paths of all fields; a dictionary is one field. */
function pathsOf(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item) => pathsOf(item, `${path}[]`));
    return [`${path}[]`, ...inner];
  }
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) === null) return [path];
  return Object.entries(value).flatMap(([name, field]) => pathsOf(field, path === "" ? name : `${path}.${name}`));
}

test("the tables of the view have every field that there is, and no other", () => {
  const paths = new Set(toUserView(BUILT, SETTINGS).upstreams.flatMap((upstream) => pathsOf(upstream)));
  expect(Object.keys(FIELDS).sort()).toEqual([...paths].sort());
});

test("the first of them has what our own templates see", () => {
  const paths = new Set(BUILT.flatMap(({ upstream }) => pathsOf(toView(upstream))));
  const shared = Object.entries(FIELDS).flatMap(([path, { own }]) => (own === true ? [] : [path]));
  expect(shared.sort()).toEqual([...paths].sort());
});

test("the table of helpers has every helper that a template may use, and no other", () => {
  expect(Object.keys(HELPERS).sort()).toEqual(Object.keys({ ...PRINTING_HELPERS, ...VALUE_HELPERS, ...BLOCK_HELPERS }).sort());
});
