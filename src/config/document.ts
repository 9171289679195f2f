import { readFile } from "node:fs/promises";
import { type Document, isScalar, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Issue, Path } from "./issue.ts";
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
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new UpstreamdError(
      "CONFIG_MISSING",
      `Cannot read the configuration ${file}: ${messageOf(error)}`,
      "Make it a file that this user may read.",
    );
  });
  return text === null ? null : documentOf(file, text);
}

/** The same from a text that was read already. */
export function documentOf(file: string, text: string): ConfigurationDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const position = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings].map((fault) => `${position(fault.pos[0])}: ${faultText(fault, text)}`);
  const lines = [
    ...faults,
    ...protoKeys(document).map((offset) => `${position(offset)}: found the key "__proto__", which no mapping may have.`),
  ];
  if (lines.length > 0) throw notYaml(file, lines);
  const value = plainValue(document, file);
  if (value === null) throw empty(file);
  return { file, value, offset: (path, at) => offsetOf(document, path, at), position };
}

/** The schema would pass over this key without a word, as it cannot be told from a mapping's prototype. */
function protoKeys(document: Document): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === "__proto__") offsets.push(key.range?.[0] ?? 0);
    },
  });
  return offsets;
}

/** Too many aliases, or one that holds itself, is only found when the value is built. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw notYaml(file, [`${file}:1:1: ${withoutQuote(messageOf(error))}`]);
  }
}

/** What the parser says, without what it quotes from the file: that may be a secret. */
function faultText(fault: YAMLError, text: string): string {
  if (fault.code === "DUPLICATE_KEY") {
    const key = /^["']?([\w.-]+)/.exec(text.slice(fault.pos[0]))?.[1] ?? "";
    return `found the key "${key}" a second time, expected each key once. Remove one of the two.`;
  }
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

function notYaml(file: string, lines: readonly string[]): UpstreamdError {
  const text = lines.map((line) => `\n  ${line}`).join("");
  return new UpstreamdError("CONFIG_INVALID", `Cannot use the configuration ${file}:${text}`, "Mend the file; nothing was written.");
}

function empty(file: string): UpstreamdError {
  const hint = "Name at least one service, such as `upstreams: { api: {} }`.";
  return new UpstreamdError(
    "CONFIG_INVALID",
    `Cannot use the configuration ${file}:\n  ${file}:1:1: found nothing, expected a mapping with upstreams.`,
    hint,
  );
}
