import * as z from "zod";
import { DURATION_EXAMPLES, formatDuration, parseDuration } from "./duration.ts";
import { notYetText } from "./not-yet.ts";

/** What is parsed once is not worth compiling a parser for. */
z.config({ jitless: true });

/**
 * The kinds of value that the configuration is made of. Each carries what was *expected* as its error, and `issues.ts`
 * adds where and what was found.
 */

/** Marks an issue whose message says what was expected; every other custom message is a whole sentence. */
export const EXPECTED = { expected: true } as const;

/** A mapping with these keys and no others. Its error on unknown keys is the list of the known ones, for a suggestion. */
export function section<Shape extends z.ZodRawShape>(shape: Shape, notYet: readonly string[] = []) {
  const known = Object.keys(shape).join(" ");
  const refused = Object.fromEntries(notYet.map((key) => [key, z.never({ error: notYetText(`"${key}"`) }).optional()]));
  const error = (issue: { code?: string | undefined }) => (issue.code === "unrecognized_keys" ? known : "a mapping of keys to values");
  const strict = z.strictObject({ ...shape, ...(refused as Record<never, z.ZodType>) }, { error });
  return z.preprocess((value) => (value === null ? {} : value), strict);
}

export function text(expected = "a text") {
  return z.string({ error: expected }).min(1, { error: expected });
}

export function texts(expected = "a list of texts") {
  return z.array(z.string({ error: "a text" }).min(1, { error: "a text" }), { error: expected });
}

export function wholeNumber(from: number, to: number, error: string = wholeNumberText(from, to)) {
  return z.int({ error }).min(from, { error }).max(to, { error });
}

export function wholeNumberText(from: number, to: number): string {
  return `a whole number from ${from} to ${to}`;
}

export function share() {
  const error = "a number from 0 to 1";
  return z.number({ error }).min(0, { error }).max(1, { error });
}

export function yesOrNo() {
  return z.boolean({ error: "true or false" });
}

export function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words);
}

/** A duration as milliseconds, within bounds. */
export function duration(from: number, to: number) {
  const expected = durationText(from, to);
  return z.union([z.string(), z.literal(0)], { error: expected }).transform((value, ctx) => {
    const ms = parseDuration(String(value));
    return ms !== null && ms >= from && ms <= to ? ms : refuse(ctx, expected, EXPECTED);
  });
}

/** What `duration` expects. */
export function durationText(from: number, to: number): string {
  if (to !== Number.MAX_SAFE_INTEGER) return `${DURATION_EXAMPLES}, from ${formatDuration(from)} to ${formatDuration(to)}`;
  return from === 0 ? DURATION_EXAMPLES : `${DURATION_EXAMPLES}, ${formatDuration(from)} or more`;
}

/** Ends a transform with an issue. */
export function refuse(ctx: z.RefinementCtx, message: string, params: Record<string, unknown> = {}): never {
  ctx.addIssue({ code: "custom", message, params });
  return z.NEVER;
}
