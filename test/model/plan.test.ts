import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planFiles } from "../../src/model/plan.ts";
import { diskFile } from "../builders.ts";

describe("planFiles", () => {
  test("plans what differs, sorted by path, and nothing else", () => {
    const desired = new Map([
      ["/d/new", "n"],
      ["/d/changed", "after"],
      ["/d/same", "s"],
    ]);
    const disk = [diskFile("/d/same", "s"), diskFile("/d/old", "o"), diskFile("/d/changed", "before"), diskFile("/d/new", null)];
    expect(planFiles(desired, disk).files).toEqual([
      { path: "/d/changed", change: "update", before: "before", after: "after" },
      { path: "/d/new", change: "create", before: null, after: "n" },
      { path: "/d/old", change: "remove", before: "o", after: null },
    ]);
  });

  test("an empty file is a file", () => {
    expect(planFiles(new Map([["/d/a", ""]]), [diskFile("/d/a", null)]).files).toMatchObject([{ change: "create", after: "" }]);
    expect(planFiles(new Map(), [diskFile("/d/a", "")]).files).toMatchObject([{ change: "remove", before: "" }]);
  });

  test("what was never there and is not wanted needs nothing", () => {
    expect(planFiles(new Map(), [diskFile("/d/a", null)]).files).toEqual([]);
  });

  test("carried out, it leaves what is desired, and planning again plans nothing", () => {
    const files = fc.dictionary(fc.constantFrom("/a", "/b", "/c"), fc.constantFrom("", "1", "2"));
    fc.assert(
      fc.property(files, files, (before, after) => {
        const disk = new Map<string, string>(Object.entries(before));
        const desired = new Map(Object.entries(after));
        const plan = () =>
          planFiles(
            desired,
            [...disk].map(([path, text]) => diskFile(path, text)),
          ).files;
        for (const change of plan()) {
          expect(change.before).toBe(disk.get(change.path) ?? null);
          if (change.after === null) disk.delete(change.path);
          else disk.set(change.path, change.after);
        }
        expect(Object.fromEntries(disk)).toEqual(after);
        expect(plan()).toEqual([]);
      }),
    );
  });
});
