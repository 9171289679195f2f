import { parse } from "handlebars/dist/cjs/handlebars/compiler/base.js";
import { tooDeepAt } from "./parse-template.ts";
import { descendantsOf, inlineNameOf, isPath } from "./syntax.ts";

/** The partials that a template names and does not define itself; none where it does not parse, which is said elsewhere. */
export function namedPartials(source: string): readonly string[] {
  const nodes = nodesOf(source);
  const own = nodes.flatMap((node) => inlineNameOf(node) ?? []);
  const named = nodes.flatMap((node) => {
    if (node.type !== "PartialStatement") return [];
    const { name } = node as hbs.AST.PartialStatement;
    return isPath(name) ? [name.original] : [];
  });
  return [...new Set(named)].filter((name) => !own.includes(name));
}

/** What a template is made of; nothing where it does not parse. */
export function nodesOf(source: string): readonly hbs.AST.Node[] {
  try {
    return tooDeepAt(source) === null ? descendantsOf(parse(source)) : [];
  } catch {
    return [];
  }
}
