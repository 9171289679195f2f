import type * as z from "zod";
import { foreignKey } from "./foreign-key.ts";
import { didYouMean } from "./suggest.ts";
import { quoted } from "./visible.ts";

export type Path = readonly PropertyKey[];

/** One thing that is wrong with the configuration, before it is known where that is written. */
export interface Issue {
  readonly path: Path;
  /** Whether the key itself is wrong, or what stands behind it. */
  readonly at: "key" | "value";
  /** Whether the path is no place in the file but the flag or variable itself. */
  readonly isOutside?: boolean;
  /** What is wrong: found, expected, suggestion. Never a secret. */
  readonly text: string;
}

/** What the schema says about a value, as issues: with what was found there and what may have been meant. */
export function issuesOf(error: z.ZodError, value: unknown): readonly Issue[] {
  return error.issues.flatMap((issue) => issuesOfOne(issue, value));
}

/** What stands in the configuration, short and in its own words. */
function foundText(value: unknown, path: Path): string {
  if (value === undefined || value === null) return "nothing";
  if (isSecret(path)) return "a value that is not shown";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? quoted(withoutCredentials(value), 80) : String(value);
}

function issuesOfOne(issue: z.core.$ZodIssue, value: unknown): readonly Issue[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue, key));
  const says = issue.code === "custom" ? issue.params?.["expected"] !== true : issue.code === "invalid_type" && issue.expected === "never";
  if (says) return [{ path: issue.path, at: issue.code === "custom" ? "value" : "key", text: issue.message }];
  const there = valueAt(value, issue.path);
  // A text where a mapping is expected may be a secret that slipped a level up.
  const found =
    issue.code === "invalid_type" && issue.expected === "object" && typeof there === "string" ? "a text" : foundText(there, issue.path);
  const expected = issue.code === "invalid_value" ? `one of ${issue.values.map(String).join(", ")}` : issue.message;
  const suggestion = typeof there === "string" ? didYouMean(there, wordsOf(issue)) : "";
  return [{ path: issue.path, at: "value", text: `found ${found}, expected ${expected}.${suggestion}` }];
}

/** The words that may stand there, also where something else than a word may. */
function wordsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap((inner) => (inner.path.length === 0 ? wordsOf(inner) : [])) : [];
}

/** The message of such an issue is the list of the known keys: `section` of `values.ts`. */
function unknownKey(issue: z.core.$ZodIssue, key: string): Issue {
  const text = foreignKey(issue.path, key) ?? `unknown key ${quoted(key)}.${didYouMean(key, issue.message.split(" "))}`;
  return { path: [...issue.path, key], at: "key", text };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

function isSecret(path: Path): boolean {
  return path[0] === "consul" && path[1] === "token";
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, "//...@");
}
