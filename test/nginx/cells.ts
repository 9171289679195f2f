import { BY_NAME } from "../../src/model/capabilities/by-name.ts";
import { DIRECTIVES, type DirectiveRule } from "../../src/model/capabilities/directives.ts";
import { ELSEWHERE } from "../../src/model/capabilities/elsewhere.ts";
import { METHODS, type Method } from "../../src/model/capabilities/methods.ts";
import { type ParameterRule, SERVER_PARAMETERS } from "../../src/model/capabilities/server-parameters.ts";
import type { Since } from "../../src/model/capabilities/since.ts";
import { STICKY, type StickyKind, type StickyValue } from "../../src/model/capabilities/sticky.ts";
import { TRAPS, type Trap } from "../../src/model/capabilities/traps.ts";
import type { Protocol } from "../../src/model/settings.ts";

/** One question to `nginx -t`: whether this block is taken, which the table says it is since these versions. */
export interface Cell {
  readonly group: string;
  readonly protocol: Protocol;
  readonly block: string;
  readonly since: Since;
}

const PROTOCOLS: readonly Protocol[] = ["http", "stream"];
const NEVER: Since = {};
const FIRST = "server 127.0.0.1:9001;";
const TWO = `${FIRST} server 127.0.0.1:9002;`;
const KEY = "$remote_addr";

/** Everything that the table says, as questions; a row that is added asks its own. */
export function everyCell(): readonly Cell[] {
  const [methods, directives, parameters] = [Object.entries(METHODS), Object.entries(DIRECTIVES), Object.entries(SERVER_PARAMETERS)];
  return PROTOCOLS.flatMap((protocol) => {
    const cell = (group: string) => (block: string, since: Since) => ({ group, protocol, block, since });
    return [
      ...methods.flatMap((row) => methodCells(row, cell("methods"))),
      ...methods.flatMap((row) => parameters.flatMap((parameter) => pairCells(row, parameter, protocol, cell("methods with parameters")))),
      ...parameters.flatMap((row) => parameterCells(row, cell("values of parameters"))),
      ...directives.flatMap((row) => directiveCells(row, cell("directives"))),
      ...methods.flatMap((row) =>
        directives.flatMap((directive) => besideCells(row, directive, protocol, cell("methods with directives"))),
      ),
      ...Object.entries(STICKY).flatMap((row) => stickyCells(row, cell("sticky"))),
      ...methods.flatMap((row) => overMethodCells(row, protocol, cell("sticky over methods"))),
      ...Object.values(BY_NAME).flatMap((row) => byNameCells(row, cell("host names"))),
      ...Object.values(ELSEWHERE).flatMap((row) => elsewhereCells(row, cell("elsewhere"))),
      ...(Object.values(TRAPS) as readonly Trap[]).map(({ block, since }) => cell("traps")(block, since)),
    ];
  });
}

type Ask = (block: string, since: Since) => Cell;

/** Every form of a method, in both protocols: what the other one has must be refused. */
function methodCells([name, method]: readonly [string, Method], ask: Ask): readonly Cell[] {
  const words = method.prints ? formsOf(name, method) : [];
  const bare = method.prints ? [] : [ask(TWO, method.since), ask(`${name}; ${TWO}`, NEVER)];
  return [
    ...bare,
    ...words.map(({ text, since }) => ask(`${text}; ${TWO}`, since)),
    ...words.map(({ text, since }) => ask(`${text}; zone z 64k; server 127.0.0.1:1 down;`, since)),
    ...words.map(({ text }) => ask(`${text} nonsense; ${TWO}`, NEVER)),
  ];
}

function formsOf(name: string, { since, value, flags }: Method): readonly { readonly text: string; readonly since: Since }[] {
  const flagged = (text: string, of: Since) => ["", ...flags].map((flag) => ({ text: `${text} ${flag}`.trim(), since: of }));
  if (value === "none") return flagged(name, since);
  if (value === "key") return [...flagged(`${name} ${KEY}`, since), ...flagged(`${name} "$uri of \${remote_addr}"`, only(since, "http"))];
  const { words, otherwise } = value;
  const all = [...new Set([...words.http, ...words.stream])];
  const bare = PROTOCOLS.filter((protocol) => otherwise[protocol] === "");
  return [
    ...all.flatMap((word) => flagged(`${name} ${word}`, only(since, ...PROTOCOLS.filter((protocol) => words[protocol].includes(word))))),
    { text: name, since: only(since, ...bare) },
  ];
}

function only(since: Since, ...protocols: readonly Protocol[]): Since {
  return Object.fromEntries(Object.entries(since).filter(([protocol]) => protocols.includes(protocol as Protocol)));
}

function later(one: Since, other: Since): Since {
  return Object.fromEntries(
    PROTOCOLS.flatMap((protocol) => {
      const [a, b] = [one[protocol], other[protocol]];
      return a === undefined || b === undefined ? [] : [[protocol, newest(a, b)]];
    }),
  );
}

function newest(a: string, b: string): string {
  return a.localeCompare(b, "en", { numeric: true }) > 0 ? a : b;
}

/** The simplest form that a protocol has. */
function simplest(name: string, method: Method, protocol: Protocol): string {
  if (!method.prints) return "";
  if (method.value === "none") return `${name}; `;
  return method.value === "key" ? `${name} ${KEY}; ` : `${`${name} ${method.value.otherwise[protocol]}`.trim()}; `;
}

function pairCells(
  [name, method]: readonly [string, Method],
  [parameter, rule]: readonly [string, ParameterRule],
  protocol: Protocol,
  ask: Ask,
): readonly Cell[] {
  const since = parameter === "backup" && !method.backup ? NEVER : later(method.since, rule.since);
  return [ask(`${simplest(name, method, protocol)}${FIRST} server 127.0.0.1:9002 ${sample(parameter, rule)};`, since)];
}

function sample(name: string, { value }: ParameterRule): string {
  const texts = { count: "=5", seconds: "=5s", text: "=a", flag: "" };
  return `${name}${texts[value.kind]}`;
}

/** The bounds, and what is beyond those that are Nginx's own. */
function parameterCells([name, { value, since }]: readonly [string, ParameterRule], ask: Ask): readonly Cell[] {
  const of = (word: string) => `${FIRST} server 127.0.0.1:9002 ${word};`;
  const taken = { count: [], seconds: ["0s", "1s", "1h30m", "10"], text: [], flag: [] }[value.kind] as readonly string[];
  const refused = { count: ["", "-1", "1.5", "1k"], seconds: ["", "-1", "500ms", "1.5s", "30m1h"], text: [""], flag: ["", "1"] }[
    value.kind
  ];
  const bounds =
    value.kind === "count"
      ? { taken: [String(value.from), String(value.to)], refused: [String(value.from - 1)] }
      : value.kind === "text"
        ? { taken: ["a", "a".repeat(value.most)], refused: ["a".repeat(value.most + 1)] }
        : { taken: [], refused: [] };
  return [
    ...[...taken, ...bounds.taken].map((text) => ask(of(`${name}=${text}`), since)),
    ...[...refused, ...bounds.refused].map((text) => ask(of(`${name}=${text}`), NEVER)),
    ask(of(value.kind === "flag" ? name : `${name}x=1`), value.kind === "flag" ? since : NEVER),
  ];
}

function directiveCells([name, rule]: readonly [string, DirectiveRule], ask: Ask): readonly Cell[] {
  const words = valuesOf(rule);
  return [
    ...words.taken.map(({ text, since }) => ask(`${name} ${text}; ${TWO}`, since)),
    ...words.refused.map((text) => ask(`${name} ${text}; ${TWO}`, NEVER)),
    ...rule.flags.map((flag) => ask(`${name} ${words.taken.at(-1)?.text} ${flag}; ${TWO}`, sinceOf(rule, flag))),
    ask(`${name}; ${TWO}`, NEVER),
    ask(`${name} ${words.taken.at(-1)?.text} nonsense; ${TWO}`, NEVER),
  ];
}

function valuesOf(rule: DirectiveRule): { readonly taken: readonly { text: string; since: Since }[]; readonly refused: readonly string[] } {
  const all = (...texts: readonly string[]) => texts.map((text) => ({ text, since: sinceOf(rule, text) }));
  if (rule.value.kind === "zone_size") return { taken: all("z 32k", "z 1m", "z 64K"), refused: ["z", "z 31k", "z 64x", '"" 64k'] };
  if (rule.value.kind === "time") return { taken: all("0", "500ms", "1h30m", "60s"), refused: ["-1", "1.5s", "1y"] };
  return { taken: all(String(rule.value.from), "8", String(rule.value.to)), refused: ["-1", "1k", "1.5"] };
}

function sinceOf(rule: DirectiveRule, word: string): Since {
  const version = rule.newer[word]?.since;
  return version === undefined ? rule.since : Object.fromEntries(Object.keys(rule.since).map((protocol) => [protocol, version]));
}

function besideCells(
  [method, row]: readonly [string, Method],
  [name, rule]: readonly [string, DirectiveRule],
  protocol: Protocol,
  ask: Ask,
): readonly Cell[] {
  const value = valuesOf(rule).taken.at(-1)?.text;
  return [ask(`${simplest(method, row, protocol)}${name} ${value}; ${TWO}`, later(row.since, rule.since))];
}

/** What each pattern of the table takes, and what lies just beyond it and Nginx refuses as well. */
const EXAMPLES: Readonly<Record<string, { readonly taken: readonly string[]; readonly refused: readonly string[] }>> = {
  "cookie:": { taken: ["c", "a_b-C9", "c".repeat(64)], refused: ['""'] },
  "cookie:expires": { taken: ["1h", "max", "1h30m", "10"], refused: ["-1", "500ms", "1.5h", ""] },
  "cookie:domain": { taken: [".example.com", "a.test", "$host"], refused: [""] },
  "cookie:path": { taken: ["/", "/a/b", "$uri"], refused: [""] },
  "cookie:samesite": { taken: ["strict", "lax", "none", "$arg_s"], refused: ["", "foo"] },
  "route:": { taken: ["$cookie_a", "$cookie_a $arg_b-c"], refused: ["abc", "$nope", ""] },
  "learn:create": { taken: ["$upstream_cookie_a"], refused: ["abc", "", "$1"] },
  "learn:lookup": { taken: ["$cookie_a", "$cookie_a lookup=$arg_a"], refused: ["abc", "", "a$cookie_a"] },
  "learn:zone": { taken: ["s:32k", "s_1.x-y:1m"], refused: ["s", "s:31k", "s:64x", ":64k"] },
  "learn:timeout": { taken: ["1h", "500ms", "600"], refused: ["0", "-1", ""] },
};

/** The pattern and Nginx have to agree on what is listed; both are asked. */
export function patternsAndExamples(): readonly {
  readonly place: string;
  readonly value: StickyValue;
  readonly taken: readonly string[];
}[] {
  return Object.entries(STICKY).flatMap(([kind, { subject, attributes }]) => {
    const values = [["", subject] as const, ...Object.entries(attributes).map(([name, { value }]) => [name, value] as const)];
    return values.flatMap(([name, value]) => {
      if (value === null || value === "flag") return [];
      const taken = (EXAMPLES[`${kind}:${name}`]?.taken ?? [])
        .flatMap((text) => text.split(` ${name}=`))
        .flatMap((text) => text.split(" "));
      return [{ place: `${kind}:${name}`, value, taken }];
    });
  });
}

function stickyCells([kind, row]: readonly [string, StickyKind], ask: Ask): readonly Cell[] {
  const block = (words: string, rest = "") =>
    `least_conn; zone z 64k; keepalive 8; sticky ${kind}${words}; ${FIRST} server 127.0.0.1:9002 route=a${rest};`;
  const [base, needed] = [baseOf(kind, row), Object.entries(row.attributes).filter(([, { required }]) => required)];
  const subjects = EXAMPLES[`${kind}:`];
  const attributes = Object.entries(row.attributes).flatMap(([name, { value, required }]) => {
    const others = baseOf(kind, row, name);
    if (value === "flag") {
      return [ask(block(`${others} ${name}`), row.since), ask(block(`${others} ${name}=1`), NEVER)];
    }
    const { taken, refused } = EXAMPLES[`${kind}:${name}`] ?? { taken: [], refused: [] };
    const twice = value.list ? [] : [ask(block(`${others} ${name}=${taken[0]} ${name}=${taken[0]}`), NEVER)];
    const absent = required ? [ask(block(others), NEVER)] : [];
    return [
      ...taken.map((text) => ask(block(`${others} ${name}=${text}`), row.since)),
      ...refused.map((text) => ask(block(`${others} ${name}=${text}`), NEVER)),
      ...twice,
      ...absent,
    ];
  });
  return [
    ask(block(base), row.since),
    ask(block(base, " drain"), row.since),
    ask(block(`${base} nonsense`), NEVER),
    ask(`sticky ${kind}${base}; sticky ${kind}${base}; ${TWO}`, NEVER),
    ...(row.subject === null ? [] : (subjects?.taken ?? []).map((text) => ask(block(` ${text}`), row.since))),
    ...(row.subject === null ? [] : (subjects?.refused ?? []).map((text) => ask(block(` ${text}`), NEVER))),
    ...(needed.length > 0 ? [ask(block(""), NEVER)] : []),
    ...attributes,
  ];
}

/** The kind with its subject and all that it needs but one. */
function baseOf(kind: string, row: StickyKind, without = ""): string {
  const subject = row.subject === null ? "" : ` ${EXAMPLES[`${kind}:`]?.taken[0]}`;
  const needed = Object.entries(row.attributes).filter(([name, { required }]) => required && name !== without);
  return `${subject}${needed.map(([name]) => ` ${name}=${EXAMPLES[`${kind}:${name}`]?.taken[0]}`).join("")}`;
}

function overMethodCells([name, method]: readonly [string, Method], protocol: Protocol, ask: Ask): readonly Cell[] {
  return Object.entries(STICKY).map(([kind, row]) => {
    const sticky = `sticky ${kind}${baseOf(kind, row)}`;
    return ask(`${simplest(name, method, protocol)}zone z 64k; ${sticky}; ${TWO}`, later(method.since, row.since));
  });
}

function byNameCells({ is, example, since }: (typeof BY_NAME)[string], ask: Ask): readonly Cell[] {
  if (is === "directive") return [ask(`zone z 64k; ${example}; ${TWO}`, since)];
  const host = example.includes("service=") ? "a.test" : "a.test:80";
  return [ask(`zone z 64k; resolver 127.0.0.1; server ${host} ${example};`, since), ask(`server ${host} ${example};`, NEVER)];
}

function elsewhereCells({ is, example }: (typeof ELSEWHERE)[string], ask: Ask): readonly Cell[] {
  return [ask(is === "parameter" ? `${FIRST} server 127.0.0.1:9002 ${example};` : `zone z 64k; ${example}; ${TWO}`, NEVER)];
}
