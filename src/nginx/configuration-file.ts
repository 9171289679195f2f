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

/** What matters to us of a file of the user's configuration. */
export interface ConfigurationFile {
  readonly text: string;
  readonly includes: readonly Include[];
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
  return { text, outermost, includes: includesIn(parsed.directives, []) };
}

/** A text of which nothing is known but that it includes nothing. */
export function plainText(text: string): ConfigurationFile {
  return { text, includes: [], outermost: [] };
}

function includesIn(directives: readonly ParsedDirective[], inside: readonly string[]): Include[] {
  return directives.flatMap(({ name, arguments: [pattern], words: [word], block }) => {
    const own =
      name === "include" && pattern !== undefined && word !== undefined ? [{ pattern, from: word.from, to: word.to, inside }] : [];
    return block === null ? own : [...own, ...includesIn(block, [...inside, name])];
  });
}
