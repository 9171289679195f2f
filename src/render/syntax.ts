/** A node of a parsed template. */
export type Node = hbs.AST.Node;
export type Path = hbs.AST.PathExpression;

/** Every node below and including this one, in the order of the text. */
export function descendantsOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  const visit = (one: Node): void => {
    found.push(one);
    childrenOf(one).forEach(visit);
  };
  visit(node);
  return found;
}

export function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flat().filter(isNode);
}

export function isPath(node: Node): node is Path {
  return node.type === "PathExpression";
}

/** The name of `{{#*inline "name"}}`; null where a node is something else. */
export function inlineNameOf(node: Node): string | null {
  if (node.type !== "DecoratorBlock" || (node as hbs.AST.DecoratorBlock).path.original !== "inline") return null;
  return String(((node as hbs.AST.DecoratorBlock).params[0] as hbs.AST.StringLiteral | undefined)?.value);
}

/** What stands in the braces, for a sentence. */
export function expressionText(node: hbs.AST.Expression): string {
  if (node.type === "SubExpression") {
    const { path, params } = node as hbs.AST.SubExpression;
    return `(${[path, ...params].map(expressionText).join(" ")})`;
  }
  return node.type === "StringLiteral" ? JSON.stringify((node as hbs.AST.StringLiteral).value) : String((node as Path).original);
}

/** An empty body has a type and no place. */
function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
