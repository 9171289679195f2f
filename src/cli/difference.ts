import { styleText } from "node:util";
import { createTwoFilesPatch } from "diff";
import { changeText, FACT_NAMES, type ServerFacts } from "../model/changes.ts";
import type { FileChange } from "../model/plan.ts";
import type { Candidate } from "../pipeline/prepare.ts";

/** Above so many edits a patch says less than the two files, and takes seconds to find. */
const PATCH_LIMITS = { context: 3, timeout: 2_000 };

/** What `diff --json` prints (contract: JSON). */
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
  const patch = createTwoFilesPatch(old, wanted, before ?? "", after ?? "", undefined, undefined, PATCH_LIMITS);
  return patch === undefined ? `--- ${old}\n+++ ${wanted}\n(the files differ too much to list the lines)\n` : patch.replace(/^=+\n/, "");
}

function colourPatch(patch: string, colour: boolean): string {
  return patch
    .split("\n")
    .map((line) => paint(line, lineStyle(line), colour))
    .join("\n");
}

type Style = "bold" | "green" | "red" | "cyan" | null;

function lineStyle(line: string): Style {
  if (line.startsWith("+++") || line.startsWith("---")) return "bold";
  if (line.startsWith("@@")) return "cyan";
  return line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : null;
}

function paint(text: string, style: Style, colour: boolean): string {
  return colour && style !== null ? styleText(style, text, { validateStream: false }) : text;
}
