import { expect, test } from "vitest";
import { believe, recall } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { bareSnapshot, emptySnapshot, sampleSnapshot } from "../../src/model/sample.ts";
import { watchesOf } from "../../src/model/settings.ts";
import { type Snapshot, watchKey } from "../../src/model/snapshot.ts";
import { buildUpstreams } from "../../src/model/upstreams.ts";
import { aWatch, settings, upstreamSettings } from "../builders.ts";

const WANTED = settings({
  upstreams: [
    upstreamSettings({ tags: ["v1"], backupTag: "spare", address: { from: "tagged", name: "wan" } }),
    upstreamSettings({ name: "same", watch: aWatch("api"), tags: ["v2"] }),
    upstreamSettings({ name: "db", protocol: "stream" }),
  ],
});

test("sampleSnapshot answers every watch, and each upstream has servers of both families from it, a backup where one is asked for", () => {
  const snapshot = sampleSnapshot(WANTED);
  expect([...snapshot.answers.keys()]).toEqual(watchesOf(WANTED).map(watchKey));
  const built = buildUpstreams(believe(recall(EMPTY_MEMORY, WANTED), snapshot, WANTED, 0).belief, WANTED, NEWEST_KNOWN);
  for (const { upstream } of built) {
    const up = upstream.servers.filter(({ state }) => state === "up");
    expect(up.map(({ address }) => address)).toEqual(expect.arrayContaining(["192.0.2.1", "2001:db8::2"]));
    expect(up.some(({ backup }) => backup)).toBe(upstream.name === "api");
  }
  expect(built.map(({ upstream }) => upstream.name).sort()).toEqual(["api", "db", "same"]);
});

test("sampleSnapshot gives every instance the metadata that is asked for, bareSnapshot none, and emptySnapshot has nobody", () => {
  const instancesOf = (snapshot: Snapshot) =>
    [...snapshot.answers.values()].flatMap((answer) => (answer.kind === "believed" ? answer.instances : []));
  expect(instancesOf(sampleSnapshot(WANTED, ["env"])).every(({ meta }) => meta["env"] === "sample")).toBe(true);
  expect(instancesOf(bareSnapshot(WANTED)).map(({ id, meta }) => [id, meta])).toEqual([
    ["api-1", {}],
    ["db-1", {}],
  ]);
  expect([instancesOf(emptySnapshot(WANTED)), emptySnapshot(WANTED).answers.size]).toEqual([[], 2]);
});
