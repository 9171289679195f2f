import * as z from "zod";
import { parseAlgorithm } from "../model/algorithm.ts";
import { DIRECTIVES, type DirectiveRule } from "../model/capabilities/directives.ts";
import { METHODS } from "../model/capabilities/methods.ts";
import { SERVER_PARAMETERS } from "../model/capabilities/server-parameters.ts";
import { STICKY } from "../model/capabilities/sticky.ts";
import { isProblem } from "../model/problem.ts";
import type { AddressChoice } from "../model/settings.ts";
import { parseSticky } from "../model/sticky.ts";
import { nginxTime, parseDuration } from "./duration.ts";
import { NOT_YET, NOT_YET_VALUES, notYetText } from "./not-yet.ts";
import { problemSentence } from "./problem-sentence.ts";
import { didYouMean } from "./suggest.ts";
import { duration, durationText, EXPECTED, oneOf, refuse, section, text, texts, wholeNumber, wholeNumberText } from "./values.ts";

const MAX_TIME = Number.MAX_SAFE_INTEGER;
const ZONE_SIZE = "auto, or a size of 32k or more such as 64k or 1m";

/** What holds where neither the upstream nor `defaults` says anything. */
export const BUILT_IN = {
  protocol: "http",
  algorithm: "round_robin",
  weight: "consul",
  include_states: "warning",
  when_none_healthy: "keep_last",
  when_maintenance: "down",
  address: { from: "service" },
} as const;

/** The keys of `defaults` and of each `upstreams.NAME`; what Nginx knows comes from `model/capabilities`. */
export function upstreamSchema() {
  const shape = {
    service: text("the name of a service")
      .optional()
      .meta({ description: "The service in Consul; the upstream's own name when not given." }),
    datacenter: datacenter()
      .optional()
      .meta({ description: "Where the service is looked for; the agent's own datacenter when not given." }),
    tags: texts("a list of tags").optional().meta({ description: "An instance must carry all of these." }),
    filter: orFalse(text("a filter expression, or false"), "a filter expression")
      .optional()
      .meta({ description: "A filter expression that Consul evaluates." }),
    protocol: oneOf("http", "stream").optional().meta({ description: "Which part of Nginx uses it.", default: BUILT_IN.protocol }),
    algorithm: algorithm().optional().meta({ description: "How Nginx balances.", default: BUILT_IN.algorithm }),
    sticky: orFalse(sticky(), STICKY_FORMS).optional().meta({ description: "Sessions that stay with a server." }),
    weight: weight().optional().meta({ description: "Consul's own weights, or one weight for every instance.", default: BUILT_IN.weight }),
    max_conns: parameter("max_conns").optional().meta({ description: "Connections to one server at a time; 0 is unlimited." }),
    max_fails: parameter("max_fails").optional().meta({ description: "Failed tries after which Nginx leaves a server alone for a while." }),
    fail_timeout: wholeSeconds().optional().meta({ description: "How long these tries are counted, and how long the while is." }),
    backup: orFalse(text("a tag, or false"), "a tag").optional().meta({ description: "A tag: instances that carry it become backups." }),
    include_states: oneOf("passing", "warning", "any")
      .optional()
      .meta({ description: "The worst state that still serves.", default: BUILT_IN.include_states }),
    when_none_healthy: oneOf("keep_last", "all", "refuse")
      .optional()
      .meta({ description: "What is served when no instance is healthy.", default: BUILT_IN.when_none_healthy }),
    when_maintenance: oneOf("down", "drain", "remove")
      .optional()
      .meta({ description: "What becomes of an instance in maintenance.", default: BUILT_IN.when_maintenance }),
    address: address().optional().meta({ description: "Which address of an instance is used.", default: "service" }),
  };
  return section({ ...shape, ...directiveShape() }, NOT_YET.upstream);
}

/** Each directive as its arguments, or false where it is switched off. They have no place in the type: their names are data. */
function directiveShape(): Record<never, z.ZodType> {
  const entries = Object.entries(DIRECTIVES).map(([name, rule]) => {
    return [name, directiveArguments(rule).optional().meta({ description: rule.means })] as const;
  });
  return Object.fromEntries(entries);
}

function directiveArguments({ value, flags }: DirectiveRule): z.ZodType<readonly string[] | false> {
  if (value.kind === "count") return orFalse(count(value, flags), countText(value, flags));
  if (value.kind === "time")
    return orFalse(
      duration(0, MAX_TIME).transform((ms) => [nginxTime(ms)]),
      durationText(0, MAX_TIME),
    );
  return orFalse(zoneSize(), ZONE_SIZE);
}

/** `32`, or with flags as a text or a list: `32 local`, `[32, local]`. */
function count({ from, to }: Count, flags: readonly string[]): z.ZodType<readonly string[]> {
  const alone = wholeNumber(from, to).transform((number) => [String(number)]);
  if (flags.length === 0) return alone;
  const expected = countText({ from, to }, flags);
  const several = z.union([z.string(), z.array(z.union([z.string(), z.int()]))]).transform((written, ctx) => {
    const [number = "", ...rest] = (Array.isArray(written) ? written.join(" ") : written).split(" ");
    const fits = /^\d{1,15}$/.test(number) && Number(number) >= from && Number(number) <= to;
    const areFlags = rest.length > 0 && rest.every((word, i) => flags.includes(word) && rest.indexOf(word) === i);
    return fits && areFlags ? [String(Number(number)), ...rest] : refuse(ctx, expected, EXPECTED);
  });
  return z.union([alone, several], { error: expected });
}

interface Count {
  readonly from: number;
  readonly to: number;
}

function countText({ from, to }: Count, flags: readonly string[]): string {
  return `${wholeNumberText(from, to)}${flags.map((flag) => `, ${from === 0 ? 32 : from} ${flag}`).join("")}`;
}

/** A zone of less than eight pages is refused by Nginx (facts: Zone sizes). */
function zoneSize(): z.ZodType<readonly string[]> {
  return z.string({ error: ZONE_SIZE }).transform((written, ctx) => {
    const [, digits, unit] = /^(\d{1,6})([kKmM])$/.exec(written) ?? [];
    const kilobytes = Number(digits) * (unit?.toLowerCase() === "m" ? 1024 : 1);
    return written === "auto" || kilobytes >= 32 ? [written.toLowerCase()] : refuse(ctx, ZONE_SIZE, EXPECTED);
  });
}

function algorithm() {
  const error = "the name of a method, or a mapping such as { hash: $request_uri, consistent: true }";
  const names = Object.keys(METHODS);
  const shape = Object.fromEntries(names.map((name) => [name, z.unknown().optional()]));
  return z.union([z.enum(names), z.string(), z.looseObject(shape)], { error }).superRefine((written, ctx) => {
    const [http, stream] = [parseAlgorithm(written, "http"), parseAlgorithm(written, "stream")];
    if (!isProblem(http) || !isProblem(stream)) return;
    const [name = ""] = typeof written === "string" ? written.split(" ") : Object.keys(written);
    const suggestion = names.includes(name) ? "" : didYouMean(name, names);
    ctx.addIssue({ code: "custom", message: `${problemSentence(http)}${suggestion}` });
  });
}

const STICKY_FORMS = `a mapping such as ${Object.keys(STICKY)
  .map((kind) => `{ ${kind}: ... }`)
  .join(", ")}`;

function sticky() {
  return z.record(z.string(), z.unknown(), { error: STICKY_FORMS }).superRefine((written, ctx) => {
    const parsed = parseSticky(written);
    if (isProblem(parsed)) ctx.addIssue({ code: "custom", message: `${problemSentence(parsed)}${kindMeant(written)}` });
  });
}

/** Where none of the keys is a kind, the one that was meant. */
function kindMeant(written: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(written);
  return keys.some((key) => Object.hasOwn(STICKY, key)) ? "" : didYouMean(keys[0] ?? "", Object.keys(STICKY));
}

/** A parameter of servers that is a whole number, within the bounds of its table. */
function parameter(name: "max_conns" | "max_fails") {
  const value = SERVER_PARAMETERS[name]?.value;
  return value?.kind === "count" ? wholeNumber(value.from, value.to) : wholeNumber(0, 0);
}

function weight() {
  const error = "consul, or a whole number from 1 to 65535";
  return z.union([z.literal("consul"), wholeNumber(1, 65_535, error)], { error });
}

/** Nginx counts this one in seconds and refuses `500ms` (facts: Values). */
function wholeSeconds() {
  const expected = "whole seconds such as 10s or 1m, because Nginx takes no fraction of one here";
  return z.string({ error: expected }).transform((written, ctx) => {
    const ms = parseDuration(written);
    return ms !== null && ms % 1_000 === 0 ? ms / 1_000 : refuse(ctx, expected, EXPECTED);
  });
}

function datacenter() {
  const error = "the name of a datacenter";
  return z.union([text(error), z.array(z.string())], { error }).transform((written, ctx) => {
    return typeof written === "string" ? written : refuse(ctx, notYetText(NOT_YET_VALUES.datacenters));
  });
}

function address() {
  const error = "service, node, or { tagged: NAME }";
  const tagged = z.strictObject({ tagged: text(error) });
  return z.union([z.literal("service"), z.literal("node"), tagged], { error }).transform((written): AddressChoice => {
    return typeof written === "string" ? { from: written } : { from: "tagged", name: written.tagged };
  });
}

/** A value that an upstream may switch off although `defaults` has it. */
function orFalse<Inner extends z.ZodType>(inner: Inner, expected: string) {
  return z.union([z.literal(false), inner], { error: `${expected}, or false` });
}
