import { descendantsOf, inlineNameOf, isPath, type Node, type Path } from "./syntax.ts";
import { type Place, templateError, VIEW_HINT } from "./template-error.ts";

/** How a helper is used: how many values it takes, how it is written, and the only words `x=` it knows. */
interface Usage {
  readonly takes: number;
  readonly write: string;
  readonly words?: readonly string[];
}

/** What may stand in `{{...}}` and prints by a rule of its own. */
export const PRINTING_HELPERS: Readonly<Record<string, Usage>> = {
  quote: { takes: 1, write: "{{quote x}}", words: ["variables"] },
  comment: { takes: 1, write: "{{comment x}}" },
  join: { takes: 2, write: '{{join x " "}}' },
};

/** What gives a value, in `(...)` or in `{{...}}`: it is printed by the same rules as any other. */
export const VALUE_HELPERS: Readonly<Record<string, Usage>> = {
  default: { takes: 2, write: '(default x "y")' },
  first: { takes: 1, write: "(first x)" },
  eq: { takes: 2, write: '(eq x "y")' },
};

/** What may open a block. */
export const BLOCK_HELPERS: Readonly<Record<string, Usage>> = {
  each: { takes: 1, write: "{{#each x}}" },
  if: { takes: 1, write: "{{#if x}}" },
  unless: { takes: 1, write: "{{#unless x}}" },
  with: { takes: 1, write: "{{#with x}}" },
  group: { takes: 1, write: '{{#group x by="tags"}}', words: ["by"] },
};

/**
 * Refuses, before anything is rendered, whatever would let a template print raw text, decide by data which template runs,
 * or compute beyond the helpers: each at its place. `partials` are the names that `{{> name}}` may use besides the file's own
 * inline ones; `absent` says what to do about one that is not there.
 */
export function lintTemplate(
  program: hbs.AST.Program,
  source: string,
  partials: readonly string[],
  absent: (name: string, known: readonly string[]) => string = (_, known) => `There are: ${known.join(", ")}.`,
): void {
  const nodes = descendantsOf(program);
  const inline = nodes.flatMap((node) => inlineNameOf(node) ?? []);
  const known = [...new Set([...partials, ...inline])].sort();
  for (const node of nodes) {
    const fault = faultOf(node, known, absent) ?? shadowingFault(node, partials);
    if (fault !== null) throw templateError({ source, start: node.loc.start } satisfies Place, fault.because, fault.hint);
  }
}

interface Fault {
  readonly because: string;
  readonly hint: string;
}

type Absent = (name: string, known: readonly string[]) => string;

function faultOf(node: Node, partials: readonly string[], absent: Absent): Fault | null {
  if (isA(node, "MustacheStatement")) return mustacheFault(node as hbs.AST.MustacheStatement);
  if (isA(node, "BlockStatement")) return blockFault(node as hbs.AST.BlockStatement);
  if (isA(node, "PartialStatement")) return partialFault(node as hbs.AST.PartialStatement, partials, absent);
  if (isA(node, "SubExpression")) return subexpressionFault(node as hbs.AST.SubExpression);
  if (isA(node, "PartialBlockStatement"))
    return {
      because: "a partial cannot be opened as a block ({{#> ...}})",
      hint: "Write {{> name}}, and {{#*inline}} for a part of its own.",
    };
  if (isA(node, "Decorator") || (isA(node, "DecoratorBlock") && inlineNameOf(node) === null))
    return { because: "decorators other than {{#*inline}} are not known", hint: VIEW_HINT };
  return null;
}

function mustacheFault(node: hbs.AST.MustacheStatement): Fault | null {
  if (!node.escaped) return { because: "raw output is not known", hint: "Write {{x}}, or {{quote x}} to print it as one quoted word." };
  if (!isPath(node.path)) return { because: "a constant cannot be printed this way", hint: "Write the text without the braces." };
  const isCall = node.params.length > 0 || (node.hash as hbs.AST.Hash | undefined) !== undefined;
  const usage = usageOf({ ...PRINTING_HELPERS, ...VALUE_HELPERS }, node.path);
  if (usage !== null) return usageFault(node.path, node, usage);
  if (!isCall && usageOf(BLOCK_HELPERS, node.path) === null) return null;
  const known = [...Object.keys(PRINTING_HELPERS), ...Object.keys(VALUE_HELPERS)].join(", ");
  return { because: `{{${node.path.original} ...}} is not known`, hint: `Use ${known}, or the blocks ${listed(BLOCK_HELPERS)}.` };
}

function blockFault(node: hbs.AST.BlockStatement): Fault | null {
  const { path, program } = node;
  const usage = usageOf(BLOCK_HELPERS, path);
  if (usage === null) return { because: `the block {{#${path.original}}} is not known`, hint: `Use ${listed(BLOCK_HELPERS)}.` };
  const fault = usageFault(path, node, usage);
  if (fault !== null) return fault;
  const named = (program as hbs.AST.Program | undefined)?.blockParams?.length ?? 0;
  return named === 0
    ? null
    : { because: "names between bars (as |x|) are not known", hint: "Use {{this}} for the item and ../x for what is around it." };
}

function subexpressionFault(node: hbs.AST.SubExpression): Fault | null {
  const path = node.path;
  const usage = usageOf(VALUE_HELPERS, path);
  if (usage !== null) return usageFault(path, node, usage);
  return {
    because: `a template cannot compute: (${path.original} ...) is not known`,
    hint: `In brackets may stand ${listed(VALUE_HELPERS)}.`,
  };
}

type Call = Pick<hbs.AST.SubExpression, "params" | "hash">;

function usageFault({ original }: Path, { params, hash }: Call, { takes, write, words = [] }: Usage): Fault | null {
  const hint = `Write ${write}.`;
  if (params.length !== takes) return { because: `${original} takes ${takes === 1 ? "one value" : "two values"}`, hint };
  const pairs = (hash as hbs.AST.Hash | undefined)?.pairs ?? [];
  const unknown = pairs.find(({ key }) => !words.includes(key));
  if (unknown !== undefined) return { because: `${original} does not know ${unknown.key}=`, hint };
  if (original === "join" && params[1]?.type !== "StringLiteral")
    return { because: "what join puts between must be a text of the template", hint };
  if (original === "group" && !isFieldName(pairs[0]?.value))
    return { because: 'group needs by="...", the name of a field', hint: 'Write by="tags", by="datacenter", or by="meta.KEY".' };
  return null;
}

function isFieldName(value: hbs.AST.Expression | undefined): boolean {
  return value?.type === "StringLiteral" && /^[^.\s]+(\.[^.\s]+)*$/.test((value as hbs.AST.StringLiteral).value);
}

function partialFault({ name, params }: hbs.AST.PartialStatement, partials: readonly string[], absent: Absent): Fault | null {
  if (!isPath(name)) return { because: "which partial is used must not depend on data", hint: "Name the partial: {{> server}}." };
  if (params.length > 1) return { because: "a partial takes one value at most", hint: "Write {{> name x}}, or {{> name x=1 y=2}}." };
  return partials.includes(name.original)
    ? null
    : { because: `there is no partial ${name.original}`, hint: absent(name.original, partials) };
}

/** In other files of the template it would mean the one or the other, as it comes. */
function shadowingFault(node: Node, partials: readonly string[]): Fault | null {
  const name = inlineNameOf(node);
  if (name === null || !partials.includes(name)) return null;
  return { because: `the partial ${name} is defined here and has a file of its own as well`, hint: "Give one of the two another name." };
}

function usageOf(helpers: Readonly<Record<string, Usage>>, path: Path): Usage | null {
  const name = helperNamed(helpers, path);
  return name === null ? null : (helpers[name] ?? null);
}

/** The helper that a path names, of these: `each` alone names one, `this.each` and `@each` are fields. */
export function helperNamed(helpers: Readonly<Record<string, Usage>>, path: Path): string | null {
  const isName = !path.data && path.depth === 0 && path.parts.length === 1;
  return isName && Object.hasOwn(helpers, path.original) ? path.original : null;
}

function isA(node: Node, type: string): boolean {
  return node.type === type;
}

function listed(helpers: Readonly<Record<string, Usage>>): string {
  return Object.keys(helpers).join(", ");
}
