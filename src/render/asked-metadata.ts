import type { UsedMetadata } from "../model/metadata.ts";
import type { TemplateFiles } from "../model/user-template.ts";
import { nodesOf } from "./named-partials.ts";
import { isPath, type Node } from "./syntax.ts";

/** The keys of metadata that templates ask for, sorted; `all` where one of them walks through it. */
export function askedMetadata(templates: readonly TemplateFiles[]): UsedMetadata {
  const asked = templates.map(askedBy);
  return asked.some(({ walks }) => walks) ? "all" : keysOf(asked);
}

/** Keys for sample data, by which there is an answer to whatever is asked. */
export function metadataForSample(templates: readonly TemplateFiles[]): readonly string[] {
  const asked = templates.map(askedBy);
  return asked.some(({ walks }) => walks) ? [...keysOf(asked), "sample"] : keysOf(asked);
}

/** What one template asks for: keys by name, and perhaps whatever there is. */
interface Asked {
  readonly keys: readonly string[];
  readonly walks: boolean;
}

/** It is asked at every change, and templates seldom change. */
const ASKED = new WeakMap<TemplateFiles, Asked>();

function askedBy(files: TemplateFiles): Asked {
  const known = ASKED.get(files);
  if (known !== undefined) return known;
  const nodes = [files.main, ...files.partials].flatMap(({ source }) => nodesOf(source));
  const asked = { keys: nodes.flatMap((node) => namesIn(node).filter(isKey)), walks: nodes.some(walksThroughIt) };
  ASKED.set(files, asked);
  return asked;
}

function keysOf(asked: readonly Asked[]): readonly string[] {
  return [...new Set(asked.flatMap(({ keys }) => keys))].sort();
}

const META = "meta";
/** The lists of the view; whatever else an `each` goes through may be an object with metadata among its fields. */
const LISTS = new Set(["upstreams", "servers", "directives", "arguments", "parameters", "tags", "items"]);

function walksThroughIt(node: Node): boolean {
  if (namesIn(node).at(-1) === META) return true;
  if (node.type === "BlockStatement") {
    const { path, params } = node as hbs.AST.BlockStatement;
    return path.original === "each" && params.some((list) => !isPath(list) || !LISTS.has(list.parts.at(-1) ?? ""));
  }
  if (node.type !== "PartialStatement") return false;
  // What a partial is handed under one of these names need not be what the name says.
  const pairs = (node as hbs.AST.PartialStatement & { hash?: hbs.AST.Hash }).hash?.pairs ?? [];
  return pairs.some(({ key }) => key === META || LISTS.has(key));
}

/** The names of a path, or those that `by="..."` spells out. */
function namesIn(node: Node): readonly string[] {
  if (isPath(node)) return node.parts;
  if (node.type !== "HashPair") return [];
  const { key, value } = node as hbs.AST.HashPair;
  return key === "by" && value.type === "StringLiteral" ? (value as hbs.AST.StringLiteral).value.split(".") : [];
}

function isKey(_name: string, i: number, names: readonly string[]): boolean {
  return names[i - 1] === META;
}
