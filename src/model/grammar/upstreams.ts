import type { Directive, Protocol } from "../settings.ts";
import { isPlaceholder, type Upstream } from "../upstream.ts";
import { type ParsedDirective, parseConfiguration } from "./directives.ts";
import { readServer } from "./server-line.ts";
import type { GrammarError } from "./tokens.ts";

export interface ReadUpstreams {
  readonly upstreams: readonly Upstream[];
  /** The first and the last line of each block, counted from 1. */
  readonly lines: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

/**
 * Reads the `upstream` blocks of a configuration, whoever wrote it, at its top level or inside the block of the protocol.
 * The placeholder is no server; every other directive of a block is kept as it stands.
 */
export function readUpstreams(text: string, protocol: Protocol): ReadUpstreams | GrammarError {
  const result = parseConfiguration(text);
  if ("error" in result) return result;
  const blocks = result.directives.flatMap((directive) => blocksIn(directive, protocol));
  return {
    upstreams: blocks.map((block) => readUpstream(block, protocol)),
    lines: blocks.map((block) => ({ name: nameOf(block), from: block.line, to: block.endLine })),
  };
}

function blocksIn(directive: ParsedDirective, protocol: Protocol): readonly ParsedDirective[] {
  if (directive.name === "upstream" && directive.block !== null) return [directive];
  if (directive.name !== protocol || directive.block === null) return [];
  return directive.block.filter(({ name, block }) => name === "upstream" && block !== null);
}

function readUpstream(block: ParsedDirective, protocol: Protocol): Upstream {
  const inside = block.block ?? [];
  const servers = inside.filter(isServer).map((line) => readServer(line.arguments, protocol));
  const directives = inside.filter((line) => !isServer(line)).map(asDirective);
  return { name: nameOf(block), protocol, directives, servers: servers.filter((server) => !isPlaceholder(server)) };
}

function nameOf(block: ParsedDirective): string {
  return block.arguments[0] ?? "";
}

function isServer({ name }: ParsedDirective): boolean {
  return name === "server";
}

function asDirective({ name, arguments: words }: ParsedDirective): Directive {
  return { name, arguments: words };
}
