import { DIRECTIVES, METHODS } from "../capabilities.ts";
import type { Directive, Protocol } from "../settings.ts";
import { printedServers, type Server, type Upstream } from "../upstream.ts";
import { type ParsedDirective, parseConfiguration } from "./directives.ts";
import { readServer } from "./server-line.ts";
import { isTime } from "./time.ts";

/**
 * The strict reading of generated text before anything else happens to it: it must hold these upstreams, in this order, and
 * not one directive or parameter more. null where it does, else the first difference as a sentence with its line.
 */
export function checkGenerated(text: string, upstreams: readonly Upstream[]): string | null {
  const result = parseConfiguration(text);
  if ("error" in result) return `line ${result.line}: ${result.error}`;
  for (const [i, directive] of result.directives.entries()) {
    const because = checkBlock(directive, upstreams[i]);
    if (because !== null) return because;
  }
  const missing = upstreams[result.directives.length];
  return missing === undefined ? null : `the upstream ${missing.name} is missing`;
}

/** What a generated block may say about its upstream: the method and the directives, without what Nginx does by itself. */
export function printedDirectives(upstream: Upstream): readonly Directive[] {
  return upstream.directives.filter(({ name }) => METHODS[name]?.prints !== false);
}

function checkBlock(directive: ParsedDirective, upstream: Upstream | undefined): string | null {
  if (directive.name !== "upstream" || directive.block === null)
    return at(directive, `"${directive.name}" may not stand here, only upstream blocks`);
  if (upstream === undefined) return at(directive, "there is an upstream too many");
  if (directive.arguments.length !== 1 || directive.arguments[0] !== upstream.name)
    return at(directive, `the upstream is not named ${upstream.name}`);
  return checkLines(directive, directive.block, upstream);
}

/** Directives first, servers last, one line each and each once. */
function checkLines(block: ParsedDirective, lines: readonly ParsedDirective[], upstream: Upstream): string | null {
  const [directives, servers] = [printedDirectives(upstream), printedServers(upstream)];
  if (lines.length !== directives.length + servers.length) {
    return at(
      block,
      `${upstream.name} has ${lines.length} lines where ${directives.length} directives and ${servers.length} servers should be`,
    );
  }
  const because = checkCombination(directives);
  if (because !== null) return at(block, because);
  for (const [i, line] of lines.entries()) {
    const problem =
      line.block === null
        ? checkLine(line, directives[i], servers[i - directives.length], upstream.protocol)
        : "a block may not stand in an upstream";
    if (problem !== null) return at(line, problem);
  }
  return null;
}

function checkLine(line: ParsedDirective, directive: Directive | undefined, server: Server | undefined, protocol: Protocol): string | null {
  if (directive !== undefined) {
    const same = line.name === directive.name && sameWords(line.arguments, directive.arguments);
    if (!same) return `"${line.name}" is not what should stand here: ${directive.name} ${directive.arguments.join(" ")}`;
    return isAllowed(directive, protocol)
      ? null
      : `"${directive.name}" does not take ${JSON.stringify(directive.arguments)} in ${protocol}`;
  }
  if (line.name !== "server" || server === undefined) return `"${line.name}" is not a server`;
  return checkServer(line.arguments, server, protocol);
}

/** Two methods only warn in Nginx, and the last one wins: never what was meant. */
function checkCombination(directives: readonly Directive[]): string | null {
  const names = directives.map(({ name }) => name);
  const methods = names.filter((name) => Object.hasOwn(METHODS, name));
  if (methods.length > 1) return `it has two methods: ${methods.join(" and ")}`;
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  return repeated === undefined ? null : `"${repeated}" stands twice`;
}

function isAllowed({ name, arguments: words }: Directive, protocol: Protocol): boolean {
  if (Object.hasOwn(METHODS, name)) return isAllowedMethod(name, words, protocol);
  const rule = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
  if (rule === undefined || !rule.protocols.includes(protocol)) return false;
  const [first = "", second = ""] = words;
  if (rule.value.kind === "zone_size") return words.length === 2 && /^[A-Za-z0-9_.-]+$/.test(first) && /^\d+[kKmM]?$/.test(second);
  if (words.length !== 1) return false;
  if (rule.value.kind === "time") return isTime(first);
  return /^\d+$/.test(first) && Number(first) >= rule.value.from && Number(first) <= rule.value.to;
}

function isAllowedMethod(name: string, words: readonly string[], protocol: Protocol): boolean {
  const rule = METHODS[name];
  if (rule === undefined || !rule.protocols.includes(protocol)) return false;
  const [key, afterKey] = [words.slice(0, 1), words.slice(1)];
  if (rule.value === "key") return key.length === 1 && areFlags(afterKey, rule.flags);
  const values = words.filter((word) => !rule.flags.includes(word));
  if (!areFlags(words.slice(values.length), rule.flags)) return false;
  if (values.length === 0) return rule.value === "none" || rule.value.otherwise[protocol] === "";
  return rule.value !== "none" && rule.value.words[protocol].includes(values.join(" "));
}

function areFlags(words: readonly string[], flags: readonly string[]): boolean {
  return words.every((word, i) => flags.includes(word) && words.indexOf(word) === i);
}

const PARAMETER = /^(?:(?:weight|max_conns|max_fails)=\d+|fail_timeout=\d+s|backup|down)$/;

function checkServer(words: readonly string[], server: Server, protocol: Protocol): string | null {
  const parameters = words.slice(1);
  const names = parameters.map(nameOf);
  const wrong = parameters.findIndex((word, i) => !PARAMETER.test(word) || names.indexOf(names[i] ?? "") !== i);
  if (wrong !== -1) return `the server may not have ${JSON.stringify(parameters[wrong])}`;
  const read = readServer(words, protocol);
  const differing = (Object.keys(server) as (keyof Server)[]).find((fact) => read[fact] !== server[fact]);
  return differing === undefined ? null : `the server should have ${differing} ${server[differing]}, and is: ${words.join(" ")}`;
}

function nameOf(parameter: string): string {
  const equals = parameter.indexOf("=");
  return equals === -1 ? parameter : parameter.slice(0, equals);
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function at({ line }: ParsedDirective, because: string): string {
  return `line ${line}: ${because}`;
}
