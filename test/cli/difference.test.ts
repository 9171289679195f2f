import { applyPatch } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceAsJson, differenceAsText } from "../../src/cli/difference.ts";
import type { FileChange } from "../../src/model/plan.ts";
import type { Candidate } from "../../src/pipeline/prepare.ts";

const PATH = "/etc/nginx/conf.d/upstreamd.conf";

/** A candidate that changes one file so. */
function changing(before: string | null, after: string | null): Candidate {
  const change = before === null ? "create" : after === null ? "remove" : "update";
  const file: FileChange = { path: PATH, change, before, after };
  return { changes: [], plan: { files: [file] } } as unknown as Candidate;
}

function unified(before: string | null, after: string | null): string {
  return JSON.parse(differenceAsJson(changing(before, after))).files[0].unified as string;
}

/** A file with a server for each number. */
function fileOf(count: number, line: (n: number) => string): string {
  return `upstream api {\n${Array.from({ length: count }, (_, n) => `    ${line(n)}\n`).join("")}}\n`;
}

const plain = (n: number) => `server 10.1.${Math.floor(n / 250)}.${n % 250}:8080;`;

describe("the unified difference", () => {
  it.each([
    ["update", "a\n", "b\n", `--- ${PATH}\n+++ ${PATH}\n@@ -1,1 +1,1 @@\n-a\n+b\n`],
    ["create", null, "b\n", `--- /dev/null\n+++ ${PATH}\n@@ -0,0 +1,1 @@\n+b\n`],
    ["remove", "a\n", null, `--- ${PATH}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n`],
  ])("of an %s begins with the names of the two files, as JSON and as text", (_, before, after, patch) => {
    expect(unified(before, after)).toBe(patch);
    expect(differenceAsText(changing(before, after), false)).toBe(patch);
  });

  it("turns one text into the other, whatever stands in them", () => {
    const text = fc.array(fc.constantFrom("a\n", "b\n", "\n", "}\n", "- x\n", "a\r\n", "no end")).map((parts) => parts.join(""));
    fc.assert(fc.property(text, text, (before, after) => before === after || applyPatch(before, unified(before, after)) === after));
  });

  it("is a patch as well when half of 9,000 servers changed, and is found soon", () => {
    const before = fileOf(9_000, plain);
    const after = fileOf(9_000, (n) => (n % 2 === 0 ? plain(n) : plain(n).replace(";", " weight=5;")));
    const began = performance.now();
    const patch = unified(before, after);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(applyPatch(before, patch)).toBe(after);
    expect(unified(before, after)).toBe(patch);
  });

  it("is a patch as well when everything changed in a file that does not end in a line break", () => {
    const before = `${fileOf(4_000, plain)}# the end`;
    const after = fileOf(4_000, (n) => `${plain(n)} # ${n}`);
    expect(applyPatch(before, unified(before, after))).toBe(after);
    expect(applyPatch(after, unified(after, before))).toBe(before);
  });
});
