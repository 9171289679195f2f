import { METHODS } from "../capabilities/methods.ts";
import type { Directive } from "../settings.ts";
import { printedServers, type Server, type Upstream } from "../upstream.ts";
import { isAllowed } from "./allowed.ts";
import { checkServer } from "./check-server.ts";
import { type ParsedDirective, parseConfiguration } from "./directives.ts";

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
        ? checkLine(line, directives[i], servers[i - directives.length], upstream)
        : "a block may not stand in an upstream";
    if (problem !== null) return at(line, problem);
  }
  return null;
}

const STICKY = "sticky";

function checkLine(
  line: ParsedDirective,
  directive: Directive | undefined,
  server: Server | undefined,
  { protocol, directives }: Upstream,
): string | null {
  if (directive !== undefined) {
    const same = line.name === directive.name && sameWords(line.arguments, directive.arguments);
    if (!same) return `"${line.name}" is not what should stand here: ${directive.name} ${directive.arguments.join(" ")}`;
    return isAllowed(directive, protocol)
      ? null
      : `"${directive.name}" does not take ${JSON.stringify(directive.arguments)} in ${protocol}`;
  }
  if (line.name !== "server" || server === undefined) return `"${line.name}" is not a server`;
  return checkServer(line.arguments, server, { protocol, isSticky: directives.some(({ name }) => name === STICKY) });
}

/** Two methods only warn in Nginx, and the last one wins, also over a sticky: never what was meant. */
function checkCombination(directives: readonly Directive[]): string | null {
  const names = directives.map(({ name }) => name);
  const methods = names.filter((name) => Object.hasOwn(METHODS, name));
  if (methods.length > 1) return `it has two methods: ${methods.join(" and ")}`;
  if (methods[0] !== undefined && names.slice(0, names.indexOf(methods[0])).includes(STICKY)) {
    return `sticky stands before ${methods[0]}, which takes its place`;
  }
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  return repeated === undefined ? null : `"${repeated}" stands twice`;
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function at({ line }: ParsedDirective, because: string): string {
  return `line ${line}: ${because}`;
}
