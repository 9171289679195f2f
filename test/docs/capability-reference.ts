import { BY_NAME } from "../../src/model/capabilities/by-name.ts";
import { DIRECTIVES, type DirectiveRule } from "../../src/model/capabilities/directives.ts";
import { ELSEWHERE } from "../../src/model/capabilities/elsewhere.ts";
import { METHODS, type Method } from "../../src/model/capabilities/methods.ts";
import { type ParameterRule, SERVER_PARAMETERS } from "../../src/model/capabilities/server-parameters.ts";
import type { Since } from "../../src/model/capabilities/since.ts";
import { STICKY } from "../../src/model/capabilities/sticky.ts";
import { TRAPS, type Trap } from "../../src/model/capabilities/traps.ts";
import { table } from "./pages.ts";

/** The blocks of docs/configuration.md that say what Nginx has, from the table of what Nginx knows. */
export function capabilityBlocks(): Readonly<Record<string, string>> {
  return {
    methods: methodTable(),
    directives: directiveTable(),
    parameters: parameterTable(),
    sticky: stickyTable(),
    traps: trapTable(),
    elsewhere: elsewhereTable(),
  };
}

function methodTable(): string {
  const rows = Object.entries(METHODS).map(([name, method]) => [
    `\`${name}\``,
    sinceText(method.since),
    takenBy(method),
    method.backup ? "yes" : "no",
    placesOf(method),
  ]);
  return table(["method", "in Nginx since", "takes", "backup servers", "an unhealthy server stays as `down`"], rows);
}

function directiveTable(): string {
  const rows = Object.entries(DIRECTIVES).map(([name, rule]) => [`\`${name}\``, sinceText(rule.since), laterText(rule), needsText(rule)]);
  return table(["directive", "in Nginx since", "later", "goes with"], rows);
}

function parameterTable(): string {
  const rows = Object.entries(SERVER_PARAMETERS).map(([name, rule]) => [
    `\`${name}\``,
    sinceText(rule.since),
    rule.key === null ? "where there is `sticky`" : `\`${rule.key}\``,
    beside(rule),
  ]);
  const never = Object.entries(BY_NAME).map(([name, { since }]) => [
    `\`${name}\``,
    sinceText(since),
    "never printed",
    "servers that are host names",
  ]);
  return table(["parameter", "in Nginx since", "asked for by", "goes with"], [...rows, ...never]);
}

function stickyTable(): string {
  const rows = Object.entries(STICKY).flatMap(([kind, { since, subject, attributes, means }]) => [
    [
      `\`${kind}\``,
      sinceText(since),
      subject === null ? "the keys below" : `${subject.list ? "a list of: " : ""}${subject.expected}`,
      means,
    ],
    ...Object.entries(attributes).map(([name, { value, required }]) => [
      `\`${kind}\`: \`${name}\``,
      "",
      value === "flag" ? "`true` or `false`" : `${value.list ? "one or a list of: " : ""}${value.expected}`,
      required ? "Must be there." : "",
    ]),
  ]);
  return table(["key", "in Nginx since", "value", "means"], rows);
}

function trapTable(): string {
  const traps: readonly Trap[] = Object.values(TRAPS);
  return table(
    ["Nginx takes", "but"],
    traps.map(({ block, because, until }) => [`\`${block}\``, `${because}${until === undefined ? "" : ` (before ${until})`}`]),
  );
}

function elsewhereTable(): string {
  return table(
    ["what", "is in", "instead"],
    Object.entries(ELSEWHERE).map(([name, { from, instead }]) => [`\`${name}\``, from, instead]),
  );
}

/** `1.29.6 (http)`, and one version where both protocols got it together. */
function sinceText({ http, stream }: Since): string {
  if (http === stream) return `${http} (http, stream)`;
  return [...(http === undefined ? [] : [`${http} (http)`]), ...(stream === undefined ? [] : [`${stream} (stream)`])].join(", ");
}

function laterText({ newer }: DirectiveRule): string {
  return Object.entries(newer)
    .map(([word, { since }]) => `\`${word}\` since ${since}`)
    .join(", ");
}

function needsText({ needs }: DirectiveRule): string {
  return needs === null ? "" : `\`${needs.directive}\`, before ${needs.until}`;
}

function beside({ needsSticky, excludes }: ParameterRule): string {
  return [...(needsSticky ? ["`sticky` only"] : []), ...(excludes === null ? [] : [`never with \`${excludes}\``])].join(", ");
}

function takenBy({ value, flags }: Method): string {
  const parts = value === "none" ? [] : value === "key" ? ["a key with a variable"] : [wordsOf(value.words)];
  const all = [...parts, ...flags.map((flag) => `\`${flag}: true\``)];
  return all.length === 0 ? "nothing" : all.join(", ");
}

function wordsOf({ http, stream }: { readonly http: readonly string[]; readonly stream: readonly string[] }): string {
  const list = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(", ");
  return http.join() === stream.join() ? list(http) : `${list(http)} (http); ${list(stream)} (stream)`;
}

function placesOf({ keyed }: Method): string {
  if (keyed === false) return "no";
  return keyed.unless === null ? "yes" : `yes, without \`${keyed.unless}\``;
}
