import { UpstreamdError } from "../support/errors.ts";

/** Where in a template: `source` is its path, lines count from 1 and columns from 0, as Handlebars has it. */
export interface Place {
  readonly source: string;
  readonly start: { readonly line: number; readonly column: number };
}

export const VIEW_HINT = "docs/templates.md lists what a template sees and what it may use.";

/** A fault in a template or in what it prints, at a place that an editor can jump to: `FILE:LINE:COLUMN: ...`. */
export function templateError({ source, start }: Place, because: string, hint: string): UpstreamdError {
  return new UpstreamdError("TEMPLATE", `${source}:${start.line}:${start.column + 1}: ${because}`, hint);
}

/** A value for a sentence: one line, and short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
