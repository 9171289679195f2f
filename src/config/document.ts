import { readFile } from "node:fs/promises";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLError } from "yaml";
import { type Fault, faultLine, messageOf, UpstreamdError } from "../support/errors.ts";
import { decodeUtf8 } from "./decode.ts";
import type { Issue, Path } from "./issue.ts";
import { listed } from "./listed.ts";
import { offsetOf } from "./locate.ts";

/** A configuration file that was read: its value, and where each part of it is written. */
export interface ConfigurationDocument {
  /** As it was named, for messages. */
  readonly file: string;
  readonly value: unknown;
  /** Where a key or value begins, or the nearest thing around it. */
  offset(path: Path, at: Issue["at"]): number;
  /** `FILE:LINE:COLUMN` of such a place. */
  position(offset: number): string;
}

/** Reads the YAML file at `path`, which messages call `file`; null where there is none. Throws `CONFIG_MISSING` where it cannot be read, `CONFIG_INVALID` where it is not YAML. */
export async function readDocument(file: string, path: string): Promise<ConfigurationDocument | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new UpstreamdError(
      "CONFIG_MISSING",
      `Cannot read the configuration ${file}: ${messageOf(error)}`,
      "Make it a file that this user may read.",
    );
  });
  if (bytes === null) return null;
  const text = decodeUtf8(bytes);
  if (typeof text === "string") return documentOf(file, text);
  throw notYaml(file, [{ place: `${file}:${text.line}:${text.column}`, text: "this is not UTF-8. Save the file in that encoding." }]);
}

/** The same from a text that was read already. */
export function documentOf(file: string, text: string): ConfigurationDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const position = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const errors = [...document.errors, ...document.warnings].map((error) => ({ offset: error.pos[0], text: faultText(error, text) }));
  const faults = [...errors, ...badKeys(document)].map(({ offset, text }) => ({ place: position(offset), text }));
  if (faults.length > 0) throw notYaml(file, faults);
  const value = plainValue(document, file);
  if (value === null) throw empty(file);
  return { file, value, offset: (path, at) => offsetOf(document, path, at), position };
}

/**
 * Keys that are no plain words. The schema would pass over `__proto__` without a word, as it cannot be told from a mapping's
 * prototype, and others have no name by which they could be spoken of.
 */
function badKeys(document: Document): readonly { readonly offset: number; readonly text: string }[] {
  const found: { offset: number; text: string }[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      const text = keyFault(key);
      if (text !== null) found.push({ offset: (key as Node).range?.[0] ?? 0, text });
    },
  });
  return found;
}

function keyFault(key: unknown): string | null {
  if (isScalar(key)) return key.value === "__proto__" ? 'found the key "__proto__", which no mapping may have.' : null;
  const kind = isMap(key) ? "a mapping" : isSeq(key) ? "a list" : isAlias(key) ? "an alias" : null;
  return kind === null ? null : `found ${kind} as a key, expected one word.`;
}

/** Too many aliases, or one that holds itself, is only found when the value is built. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw notYaml(file, [{ place: `${file}:1:1`, text: withoutQuote(messageOf(error)) }]);
  }
}

/** What the parser says, without what it quotes from the file: that may be a secret. */
function faultText(fault: YAMLError, text: string): string {
  if (fault.code === "DUPLICATE_KEY") {
    const key = /^["']?([\w.-]+)/.exec(text.slice(fault.pos[0]))?.[1] ?? "";
    return `found the key "${key}" a second time, expected each key once. Remove one of the two.`;
  }
  if (fault.code === "MULTIPLE_DOCS") return "found a second document (---), expected one.";
  return `this is not YAML: ${QUOTING[fault.code] ?? (fault.code === "UNEXPECTED_TOKEN" ? withoutQuote(fault.message) : `${fault.message}.`)}`;
}

/** The faults whose words are mostly a quote. */
const QUOTING: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  TAG_RESOLVE_FAILED: "a tag (!...) that is not known here.",
  BAD_DQ_ESCAPE: "an escape sequence (\\...) that is not known.",
  BAD_DIRECTIVE: "a directive (%...) that is not known.",
};

function withoutQuote(message: string): string {
  return `${message.replace(/( in YAML stream)?: .*$/s, "")}.`;
}

function notYaml(file: string, faults: readonly Fault[]): UpstreamdError {
  return new UpstreamdError(
    "CONFIG_INVALID",
    `Cannot use the configuration ${file}:${listed(faults.map(faultLine))}`,
    "Mend the file; nothing was written.",
    faults,
  );
}

function empty(file: string): UpstreamdError {
  const hint = "Name at least one service, such as `upstreams: { api: {} }`.";
  const fault = { place: `${file}:1:1`, text: "found nothing, expected a mapping with upstreams." };
  return new UpstreamdError("CONFIG_INVALID", `Cannot use the configuration ${file}:${listed([faultLine(fault)])}`, hint, [fault]);
}
