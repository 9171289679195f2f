import { type Place, templateError, VIEW_HINT } from "./template-error.ts";

type Node = hbs.AST.Node;
type Path = hbs.AST.PathExpression;

/** What may stand in `{{...}}` with a value behind it, and what may open a block. */
export const PRINTING_HELPERS = ["quote", "comment"] as const;
export const BLOCK_HELPERS = ["each", "if", "unless", "with"] as const;

/**
 * Refuses, before anything is rendered, whatever would let a template print raw text, decide by data which template runs,
 * or compute: each at its place. `partials` are the names that `{{> name}}` may use besides the file's own inline ones.
 */
export function lintTemplate(program: hbs.AST.Program, source: string, partials: readonly string[]): void {
  const nodes = descendantsOf(program);
  const inline = nodes.filter(isInline).map((node) => String((node.params[0] as hbs.AST.StringLiteral | undefined)?.value));
  const known = new Set([...partials, ...inline, "@partial-block"]);
  for (const node of nodes) {
    const fault = faultOf(node, known);
    if (fault !== null) throw templateError({ source, start: node.loc.start } satisfies Place, fault.because, fault.hint);
  }
}

/** Every node below and including this one, in the order of the text. */
export function descendantsOf(node: Node): readonly Node[] {
  const below = Object.values(node).flat().filter(isNode);
  return [node, ...below.flatMap(descendantsOf)];
}

interface Fault {
  readonly because: string;
  readonly hint: string;
}

function faultOf(node: Node, partials: ReadonlySet<string>): Fault | null {
  if (isA(node, "MustacheStatement")) return mustacheFault(node as hbs.AST.MustacheStatement);
  if (isA(node, "BlockStatement")) return blockFault(node as hbs.AST.BlockStatement);
  if (isA(node, "PartialStatement") || isA(node, "PartialBlockStatement")) return partialFault(node as hbs.AST.PartialStatement, partials);
  if (isA(node, "SubExpression")) return { because: "a template cannot compute: (...) is not known", hint: VIEW_HINT };
  if (isA(node, "Decorator") || (isA(node, "DecoratorBlock") && !isInline(node))) {
    return { because: "decorators other than {{#*inline}} are not known", hint: VIEW_HINT };
  }
  return null;
}

function mustacheFault(node: hbs.AST.MustacheStatement): Fault | null {
  if (!node.escaped) return { because: "raw output is not known", hint: "Write {{x}}, or {{quote x}} to print it as one quoted word." };
  if (!isPath(node.path)) return { because: "a constant cannot be printed this way", hint: "Write the text without the braces." };
  const isCall = node.params.length > 0 || (node.hash as hbs.AST.Hash | undefined) !== undefined;
  const helper = isOneOf(PRINTING_HELPERS, node.path);
  if (!isCall && !helper && !isOneOf(BLOCK_HELPERS, node.path)) return null;
  if (!helper)
    return {
      because: `{{${node.path.original} ...}} is not known`,
      hint: `Use ${listed(PRINTING_HELPERS)}, or the blocks ${listed(BLOCK_HELPERS)}.`,
    };
  return node.params.length === 1 ? null : { because: `${node.path.original} takes one value`, hint: `Write {{${node.path.original} x}}.` };
}

function blockFault({ path, params, program }: hbs.AST.BlockStatement): Fault | null {
  if (!isOneOf(BLOCK_HELPERS, path))
    return { because: `the block {{#${path.original}}} is not known`, hint: `Use ${listed(BLOCK_HELPERS)}.` };
  if (params.length !== 1) return { because: `${path.original} takes one value`, hint: `Write {{#${path.original} x}}.` };
  const named = (program as hbs.AST.Program | undefined)?.blockParams?.length ?? 0;
  return named === 0
    ? null
    : { because: "names between bars (as |x|) are not known", hint: "Use {{this}} for the item and ../x for what is around it." };
}

function partialFault({ name }: hbs.AST.PartialStatement, partials: ReadonlySet<string>): Fault | null {
  if (!isPath(name)) return { because: "which partial is used must not depend on data", hint: "Name the partial: {{> server}}." };
  return partials.has(name.original)
    ? null
    : { because: `there is no partial ${name.original}`, hint: `There are: ${[...partials].sort().join(", ")}.` };
}

function isInline(node: Node): node is hbs.AST.DecoratorBlock {
  return isA(node, "DecoratorBlock") && (node as hbs.AST.DecoratorBlock).path.original === "inline";
}

/** `each` alone names a helper; `this.each` and `@each` are fields. */
function isOneOf(names: readonly string[], path: Path): boolean {
  return !path.data && path.depth === 0 && path.parts.length === 1 && names.includes(path.original);
}

function isPath(node: Node): node is Path {
  return isA(node, "PathExpression");
}

function isA(node: Node, type: string): boolean {
  return node.type === type;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "loc" in value;
}

function listed(names: readonly string[]): string {
  return names.join(", ");
}
