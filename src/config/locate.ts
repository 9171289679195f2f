import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Issue, Path } from "./issue.ts";

/** Where in the text a key or a value is written; where it is not there, the nearest thing around it. */
export function offsetOf(document: Document, path: Path, at: Issue["at"]): number {
  let node = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    const step = into(document, node, key);
    if (step === null) return offset;
    const atKey = at === "key" && depth === path.length - 1;
    offset = (atKey ? step.key : startOf(step.value)) ?? step.key ?? offset;
    node = step.value;
  }
  return offset;
}

function into(document: Document, node: Node | null, key: PropertyKey): { key: number | null; value: Node | null } | null {
  const target = isAlias(node) ? (node.resolve(document) ?? null) : node;
  if (isSeq(target)) {
    const value = (target.items[Number(key)] ?? null) as Node | null;
    return value === null ? null : { key: startOf(value), value };
  }
  if (!isMap(target)) return null;
  // `get` would not find the key 8080, which is a number in the text and a word in the path.
  const pair = target.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key)) as
    | Pair<Node, Node | null>
    | undefined;
  return pair === undefined ? null : { key: startOf(pair.key), value: pair.value };
}

function startOf(node: Node | null): number | null {
  return node?.range?.[0] ?? null;
}
