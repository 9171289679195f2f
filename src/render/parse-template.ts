import { parse } from "handlebars/dist/cjs/handlebars/compiler/base.js";
import { messageOf, type UpstreamdError } from "../support/errors.ts";
import { RESERVED } from "./placement.ts";
import { templateError, VIEW_HINT } from "./template-error.ts";

/** Parses a template; what Handlebars says about a fault gets the file's name and the place in it. */
export function parseTemplate({ path, source }: { readonly path: string; readonly source: string }): hbs.AST.Program {
  const control = RESERVED.exec(source);
  if (control !== null)
    throw templateError({ source: path, start: placeOf(source, control.index) }, "it holds a control character", "Remove it.");
  const deep = tooDeepAt(source);
  if (deep !== null)
    throw templateError(
      { source: path, start: placeOf(source, deep) },
      `more than ${DEEPEST} blocks stand in one another here`,
      "Make it flatter.",
    );
  try {
    return parse(source, { srcName: path });
  } catch (error) {
    throw asTemplateError(error, path, source);
  }
}

/** The time to parse what is nested grows far beyond all measure. */
const DEEPEST = 100;

/** Where too many blocks are open at once; null: nowhere. */
export function tooDeepAt(source: string): number | null {
  let depth = 0;
  for (const { 0: mark, index } of source.matchAll(/\{\{~?(?:#|\^\s*[^\s~}]|\/)/g)) {
    depth = mark.endsWith("/") ? Math.max(0, depth - 1) : depth + 1;
    if (depth > DEEPEST) return index;
  }
  return null;
}

function placeOf(source: string, index: number): { line: number; column: number } {
  const before = source.slice(0, index).split("\n");
  return { line: before.length, column: before.at(-1)?.length ?? 0 };
}

/** Some faults carry their place, a fault of the grammar only names its line. */
function asTemplateError(error: unknown, path: string, source: string): UpstreamdError {
  const message = messageOf(error);
  const { lineNumber, column } = error as { lineNumber?: number; column?: number };
  if (lineNumber !== undefined)
    return templateError({ source: path, start: { line: lineNumber, column: column ?? 0 } }, message.replace(/ - \d+:\d+$/, ""), VIEW_HINT);
  const line = Number(/^Parse error on line (\d+)/.exec(message)?.[1] ?? 1);
  const text = source.split("\n")[line - 1] ?? "";
  const brace = text.indexOf("}}}");
  const found = /Expecting .*, got '(\w+)'$/.exec(message)?.[1];
  const because = `it does not parse${found === undefined ? "" : `: ${WORDS[found] ?? `${found} may not stand here`}`}`;
  const hint = brace === -1 ? VIEW_HINT : "Put a space between }} and a closing brace of Nginx: {{x}} }.";
  const mustache = found === "INVALID" ? text.lastIndexOf("{{") : text.indexOf("{{");
  return templateError({ source: path, start: { line, column: Math.max(brace === -1 ? mustache : brace, 0) } }, because, hint);
}

/** What Handlebars met where it did not expect it, in words that are not those of its grammar. */
const WORDS: Readonly<Record<string, string>> = {
  EOF: "a block is not closed",
  INVALID: "what begins with {{ is not ended by }}, or holds what may not stand there",
  OPEN_ENDBLOCK: "{{/...}} closes a block that is not open",
  CLOSE: "nothing stands between {{ and }}",
};
