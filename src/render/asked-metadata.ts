import type { TemplateFiles } from "../model/user-template.ts";
import { nodesOf } from "./named-partials.ts";
import { isPath, type Node } from "./syntax.ts";

/** The keys of metadata that templates ask for, sorted; `all` where one of them walks through it. */
export function askedMetadata(templates: readonly TemplateFiles[]): readonly string[] | "all" {
  return nodesIn(templates).some(walksThroughIt) ? "all" : namedIn(templates);
}

/** Keys for sample data, by which there is an answer to whatever is asked. */
export function metadataForSample(templates: readonly TemplateFiles[]): readonly string[] {
  const asked = askedMetadata(templates);
  return asked === "all" ? [...namedIn(templates), "sample"] : asked;
}

const META = "meta";
/** The lists of the view; whatever else an `each` goes through may be an object with metadata among its fields. */
const LISTS = new Set(["upstreams", "servers", "directives", "arguments", "parameters", "tags", "items"]);

function nodesIn(templates: readonly TemplateFiles[]): readonly Node[] {
  return templates.flatMap(({ main, partials }) => [main, ...partials]).flatMap(({ source }) => nodesOf(source));
}

function namedIn(templates: readonly TemplateFiles[]): readonly string[] {
  return [...new Set(nodesIn(templates).flatMap((node) => namesIn(node).filter(isKey)))].sort();
}

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
