import { ELSEWHERE } from "./capabilities/elsewhere.ts";
import { METHODS, type Method } from "./capabilities/methods.ts";
import { rowOf } from "./capabilities/since.ts";
import { TRAPS } from "./capabilities/traps.ts";
import { isKey } from "./grammar/variables.ts";
import type { Problem } from "./problem.ts";
import type { Algorithm, Protocol } from "./settings.ts";

/** Reads `algorithm` as the configuration has it: a name, an object whose first key is a method, or Nginx's own words (`random two`). */
export function parseAlgorithm(input: unknown, protocol: Protocol): Algorithm | Problem {
  const { method, value, flags } = takeApart(input);
  const rule = rowOf(METHODS, method);
  if (rule === undefined) return unknownMethod(method);
  const wrongFlag = flags.find(([flag, on]) => !rule.flags.includes(flag) || typeof on !== "boolean");
  if (wrongFlag !== undefined) return wrongFlagOf(method, rule, wrongFlag[0]);
  const tokens = valueTokens(method, rule, value, protocol);
  if (!Array.isArray(tokens)) return tokens as Problem;
  return { method, arguments: [...tokens, ...flags.filter(([, on]) => on === true).map(([flag]) => flag)] };
}

/** Whether taking a server out would move the keys of the others, so that it has to stay as `down` (facts: Keys and removed servers). */
export function keepsPlaces(algorithm: Algorithm): boolean {
  const keyed = rowOf(METHODS, algorithm.method)?.keyed ?? false;
  return keyed !== false && (keyed.unless === null || !algorithm.arguments.includes(keyed.unless));
}

/** No version has it; the same words wherever that is found out. */
export function unknownMethod(method: string): Problem {
  const known = Object.keys(METHODS).join(", ");
  const elsewhere = rowOf(ELSEWHERE, method);
  return {
    asked: `algorithm ${method}`,
    because: `no version of open source Nginx has it${elsewhere === undefined ? "" : `, only ${elsewhere.from}`}`,
    instead: elsewhere?.instead ?? `use one of ${known}`,
  };
}

function takeApart(input: unknown): { method: string; value: unknown; flags: (readonly [string, unknown])[] } {
  if (typeof input === "string") return takeWordsApart(input);
  const entries = typeof input === "object" && input !== null ? Object.entries(input) : [];
  const [method, value] = entries.find(([key]) => Object.hasOwn(METHODS, key)) ??
    entries[0] ?? [JSON.stringify(input) ?? "undefined", undefined];
  return { method, value, flags: entries.filter(([key]) => key !== method) };
}

/** As Nginx writes it: the method, its value, and at the end its flags. */
function takeWordsApart(text: string): ReturnType<typeof takeApart> {
  const [method = "", ...words] = text.trim().split(/\s+/);
  const known = rowOf(METHODS, method)?.flags ?? [];
  const flags: (readonly [string, unknown])[] = [];
  while (known.includes(words.at(-1) ?? "")) flags.unshift([words.pop() ?? "", true]);
  return { method, value: words.length === 0 ? undefined : words.join(" "), flags };
}

function wrongFlagOf(method: string, rule: Method, flag: string): Problem {
  if (Object.hasOwn(METHODS, flag)) {
    return { asked: `algorithm ${method} with ${flag}`, because: TRAPS.several_methods.because, instead: `use ${method} or ${flag} alone` };
  }
  const allowed = rule.flags.map((name) => `${name}: true or false`).join(", ");
  const instead = allowed === "" ? `remove ${flag}` : `write ${allowed}`;
  return { asked: `algorithm ${method} with ${flag}`, because: "that is not how this method is written", instead };
}

function valueTokens(method: string, rule: Method, value: unknown, protocol: Protocol): readonly string[] | Problem {
  if (rule.value === "none") {
    if (value === undefined || value === true) return [];
    return {
      asked: `algorithm ${method}: ${JSON.stringify(value)}`,
      because: "this method takes no value",
      instead: `write algorithm: ${method}`,
    };
  }
  if (rule.value === "key") return keyTokens(method, value);
  const allowed = rule.value.words[protocol];
  if (value === undefined || value === true) return rule.value.otherwise[protocol].split(" ").filter((word) => word !== "");
  const text = Array.isArray(value) ? value.join(" ") : value;
  if (typeof text === "string" && allowed.includes(text)) return text.split(" ");
  const elsewhere = rowOf(ELSEWHERE, `${method} ${String(text).replace(/=.*/, "")}`);
  return {
    asked: `algorithm ${method}: ${JSON.stringify(value)}`,
    because: `Nginx does not have it in ${protocol}${elsewhere === undefined ? "" : `, only ${elsewhere.from} does`}`,
    instead: elsewhere?.instead ?? `use ${allowed.join(" or ")}`,
  };
}

function keyTokens(method: string, value: unknown): readonly string[] | Problem {
  if (typeof value === "string" && isKey(value)) return [value];
  const isText = typeof value === "string" && value.includes("$");
  return {
    asked: `algorithm ${method}: ${JSON.stringify(value) ?? "without a key"}`,
    because: isText ? keyFault(value) : TRAPS.constant_key.because,
    instead: "use a key such as $request_uri or $remote_addr",
  };
}

function keyFault(value: string): string {
  return /\$\{?[A-Za-z_]/.test(value) ? "not every $ in it begins the name of a variable" : TRAPS.capture_key.because;
}
