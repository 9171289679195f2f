import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk, structuredPatch } from "diff";
import { changeText, FACT_NAMES, type ServerFacts } from "../model/changes.ts";
import type { FileChange } from "../model/plan.ts";
import type { Candidate } from "../pipeline/prepare.ts";
import { paint, type Style } from "./paint.ts";

/** The time grows with the square of the edits: so many take a quarter of a second. A limit on time would give other bytes on a busy machine. */
const PATCH_LIMITS = { context: 3, maxEditLength: 2_000 };

/** What `diff --json` prints; the names are promised to scripts. */
export function differenceAsJson({ changes, plan }: Candidate): string {
  const document = {
    version: 1,
    changed: plan.files.length > 0,
    upstreams: changes.map((change) => ({
      ...change,
      changed: change.changed.map(({ address, port, from, to }) => ({ address, port, from: factsAsJson(from), to: factsAsJson(to) })),
    })),
    files: plan.files.map((file) => ({ path: file.path, change: file.change, unified: unified(file) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What `diff` prints for people: what it means to Nginx, then the text of the files. */
export function differenceAsText({ changes, plan }: Candidate, colour: boolean): string {
  const meaning = changes.map(changeText).map((line) => paint(line, "bold", colour));
  const patches = plan.files.map((file) => colourPatch(unified(file), colour));
  return [...meaning, ...patches].map((text) => (text.endsWith("\n") ? text : `${text}\n`)).join("");
}

function factsAsJson(facts: ServerFacts): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([fact, value]) => [FACT_NAMES[fact as keyof ServerFacts], value]));
}

function unified({ path, before, after }: FileChange): string {
  const [old, wanted] = [before === null ? "/dev/null" : path, after === null ? "/dev/null" : path];
  const patch = structuredPatch(old, wanted, before ?? "", after ?? "", undefined, undefined, PATCH_LIMITS) ?? {
    ...{ oldFileName: old, newFileName: wanted, oldHeader: undefined, newHeader: undefined },
    hunks: [replacement(before ?? "", after ?? "")],
  };
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

/** All of the one text for all of the other: a patch too, where finding the edits takes too long. */
function replacement(before: string, after: string): StructuredPatchHunk {
  const [old, wanted] = [linesOf(before), linesOf(after)];
  const lines = [...old.map((line) => marked("-", line)), ...wanted.map((line) => marked("+", line))].flat();
  return { oldStart: 1, oldLines: old.length, newStart: 1, newLines: wanted.length, lines };
}

/** Each line with the line break that it may lack at the end of the text. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function marked(mark: "-" | "+", line: string): readonly string[] {
  return line.endsWith("\n") ? [`${mark}${line.slice(0, -1)}`] : [`${mark}${line}`, "\\ No newline at end of file"];
}

function colourPatch(patch: string, colour: boolean): string {
  return patch
    .split("\n")
    .map((line) => paint(line, lineStyle(line), colour))
    .join("\n");
}

function lineStyle(line: string): Style | null {
  if (line.startsWith("+++") || line.startsWith("---")) return "bold";
  if (line.startsWith("@@")) return "cyan";
  return line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : null;
}
