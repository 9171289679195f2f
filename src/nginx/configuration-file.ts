import { readFileSync, statSync } from "node:fs";
import { type ParsedDirective, parseConfiguration } from "../model/grammar/directives.ts";

/** An `include` somewhere in a file, and where its argument stands in the text. */
export interface Include {
  readonly pattern: string;
  readonly from: number;
  readonly to: number;
  /** The blocks of its file that it stands in, from the outside; none at the outermost level. */
  readonly inside: readonly string[];
}

/** An `upstream` block. */
export interface NamedUpstream {
  readonly name: string;
  readonly line: number;
  readonly inside: readonly string[];
}

/** What matters to us of a file of the user's configuration. */
export interface ConfigurationFile {
  readonly text: string;
  readonly includes: readonly Include[];
  readonly upstreams: readonly NamedUpstream[];
  /** The directives at its outermost level, without what is in their blocks. */
  readonly outermost: readonly { readonly name: string; readonly arguments: readonly string[] }[];
}

/** Why a file says nothing: it is not there, or it cannot be read or parsed. */
export interface Unreadable {
  readonly missing: boolean;
  readonly because: string;
}

/** Reads files of a configuration, and parses each only when it changed. */
export function createConfigurationReader(): (path: string) => ConfigurationFile | Unreadable {
  const known = new Map<string, { readonly stamp: string; readonly file: ConfigurationFile | Unreadable }>();
  return (path) => {
    try {
      const { dev, ino, ctimeNs, size } = statSync(path, { bigint: true });
      const stamp = `${dev}:${ino}:${ctimeNs}:${size}`;
      const before = known.get(path);
      if (before?.stamp === stamp) return before.file;
      const file = readConfiguration(readFileSync(path, "utf8"));
      known.set(path, { stamp, file });
      return file;
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      return { missing: code === "ENOENT", because: message };
    }
  };
}

/** What a text includes and has at its outermost level. One that cannot be parsed and certainly includes nothing is no obstacle. */
export function readConfiguration(text: string): ConfigurationFile | Unreadable {
  const parsed = parseConfiguration(text);
  if ("error" in parsed)
    return text.includes("include") ? { missing: false, because: `${parsed.error} in line ${parsed.line}` } : plainText(text);
  const outermost = parsed.directives
    .filter(({ name }) => name !== "include")
    .map(({ name, arguments: args }) => ({ name, arguments: args }));
  const found = { includes: [], upstreams: [] };
  gather(parsed.directives, [], found);
  return { text, outermost, ...found };
}

/** A text of which nothing is known but that it includes nothing. */
export function plainText(text: string): ConfigurationFile {
  return { text, includes: [], upstreams: [], outermost: [] };
}

function gather(
  directives: readonly ParsedDirective[],
  inside: readonly string[],
  found: { includes: Include[]; upstreams: NamedUpstream[] },
): void {
  for (const {
    name,
    arguments: [first],
    words: [word],
    block,
    line,
  } of directives) {
    if (first !== undefined && word !== undefined && name === "include")
      found.includes.push({ pattern: first, from: word.from, to: word.to, inside });
    if (first !== undefined && block !== null && name === "upstream") found.upstreams.push({ name: first, line, inside });
    if (block !== null) gather(block, [...inside, name], found);
  }
}
