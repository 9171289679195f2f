import * as z from "zod";
import { parseAlgorithm } from "../model/algorithm.ts";
import { DIRECTIVES, type DirectiveRule, METHODS } from "../model/capabilities.ts";
import { isProblem } from "../model/problem.ts";
import type { AddressChoice } from "../model/settings.ts";
import { nginxTime, parseDuration } from "./duration.ts";
import { NOT_YET, NOT_YET_VALUES, notYetText } from "./not-yet.ts";
import { problemSentence } from "./problem-sentence.ts";
import { didYouMean } from "./suggest.ts";
import { duration, durationText, EXPECTED, oneOf, refuse, section, text, texts, wholeNumber, wholeNumberText } from "./values.ts";

const MAX = 2 ** 31 - 1;
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
    weight: weight().optional().meta({ description: "Consul's own weights, or one weight for every instance.", default: BUILT_IN.weight }),
    max_conns: wholeNumber(0, MAX).optional().meta({ description: "Connections to one server at a time; 0 is unlimited." }),
    max_fails: wholeNumber(0, MAX).optional().meta({ description: "Failed tries after which Nginx leaves a server alone for a while." }),
    fail_timeout: wholeSeconds().optional().meta({ description: "How long these tries are counted, and how long the while is." }),
    backup: orFalse(text("a tag, or false"), "a tag").optional().meta({ description: "A tag: instances that carry it become backups." }),
    include_states: oneOf("passing", "warning", "any")
      .optional()
      .meta({ description: "The worst state that still serves.", default: BUILT_IN.include_states }),
    when_none_healthy: oneOf("keep_last", "all", "refuse")
      .optional()
      .meta({ description: "What is served when no instance is healthy.", default: BUILT_IN.when_none_healthy }),
    when_maintenance: whenMaintenance()
      .optional()
      .meta({ description: "What becomes of an instance in maintenance.", default: BUILT_IN.when_maintenance }),
    address: address().optional().meta({ description: "Which address of an instance is used.", default: "service" }),
  };
  return section({ ...shape, ...directiveShape() }, NOT_YET.upstream);
}

/** Each directive as its arguments, or false where it is switched off. They have no place in the type: their names are data. */
function directiveShape(): Record<never, z.ZodType> {
  const entries = Object.entries(DIRECTIVES).map(([name, rule]) => {
    const description = `Nginx's ${name}; false switches it off.`;
    return [name, directiveArguments(rule).optional().meta({ description })] as const;
  });
  return Object.fromEntries(entries);
}

function directiveArguments({ value }: DirectiveRule): z.ZodType<readonly string[] | false> {
  if (value.kind === "count") {
    const count = wholeNumber(value.from, value.to).transform((number) => [String(number)]);
    return orFalse(count, wholeNumberText(value.from, value.to));
  }
  if (value.kind === "time")
    return orFalse(
      duration(0, MAX_TIME).transform((ms) => [nginxTime(ms)]),
      durationText(0, MAX_TIME),
    );
  return orFalse(zoneSize(), ZONE_SIZE);
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
  return z.union([z.string(), z.record(z.string(), z.unknown())], { error }).superRefine((written, ctx) => {
    const [http, stream] = [parseAlgorithm(written, "http"), parseAlgorithm(written, "stream")];
    if (!isProblem(http) || !isProblem(stream)) return;
    const name = typeof written === "string" ? written : (Object.keys(written)[0] ?? "");
    const suggestion = Object.hasOwn(METHODS, name) ? "" : didYouMean(name, Object.keys(METHODS));
    ctx.addIssue({ code: "custom", message: `${problemSentence(http)}${suggestion}` });
  });
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

function whenMaintenance() {
  return oneOf("down", "drain", "remove").transform((written, ctx) => {
    return written === "drain" ? refuse(ctx, notYetText(NOT_YET_VALUES.drain)) : written;
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
