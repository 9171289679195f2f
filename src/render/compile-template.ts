import { compileBlock, type Print } from "./blocks.ts";
import { type Budget, costOf } from "./budget.ts";
import { compileMustache } from "./mustaches.ts";
import { compilePartial } from "./partials.ts";
import type { Printer } from "./printer.ts";
import { inlineNameOf, type Node, type Path } from "./syntax.ts";
import type { Place } from "./template-error.ts";

/** What the parts of a template share. */
export interface Tools {
  readonly printer: Printer;
  readonly budget: Budget;
  /** A partial by its name; what it gives may be named before that partial is compiled. */
  readonly partial: (name: string) => Print | undefined;
}

/** Compiles a parsed template that passed the lint to a function that prints it. Throws `TEMPLATE` for a partial out of its scope. */
export function compileTemplate(program: hbs.AST.Program, around: Place, tools: Tools): Print {
  // An empty body has no place of its own.
  const place = (program.loc as Place | undefined) ?? around;
  const inside = withInlinePartials(program, place, tools);
  const parts = program.body.flatMap((node) => compileStatement(node, inside) ?? []);
  const cost = costOf(program);
  return (scope) => {
    tools.budget.spend(cost, place);
    let text = "";
    for (const part of parts) text += part(scope);
    return text;
  };
}

/** A partial of the file's own is known in the block that defines it, before and after, and in the blocks in that one. */
function withInlinePartials({ body }: hbs.AST.Program, place: Place, tools: Tools): Tools {
  const own = new Map<string, hbs.AST.Program>();
  for (const node of body) {
    const name = inlineNameOf(node);
    if (name !== null) own.set(name, (node as hbs.AST.DecoratorBlock).program);
  }
  if (own.size === 0) return tools;
  const prints = new Map<string, Print>();
  const partial = (name: string): Print | undefined =>
    own.has(name) ? (scope) => (prints.get(name) as Print)(scope) : tools.partial(name);
  for (const [name, program] of own) prints.set(name, compileTemplate(program, place, { ...tools, partial }));
  return { ...tools, partial };
}

function compileStatement(node: Node, tools: Tools): Print | null {
  if (node.type === "ContentStatement") return compileContent(node as hbs.AST.ContentStatement);
  if (node.type === "MustacheStatement") return compileMustache(node as hbs.AST.MustacheStatement, tools.printer);
  if (node.type === "BlockStatement") return compileBlockStatement(node as hbs.AST.BlockStatement, tools);
  if (node.type !== "PartialStatement") return null;
  const partial = node as hbs.AST.PartialStatement;
  return compilePartial(partial, tools.partial((partial.name as Path).original), tools.budget);
}

function compileContent({ value }: hbs.AST.ContentStatement): Print | null {
  return value === "" ? null : () => value;
}

function compileBlockStatement(node: hbs.AST.BlockStatement, tools: Tools): Print {
  const [body, otherwise] = [node.program, node.inverse].map((program: hbs.AST.Program | undefined) =>
    program === undefined ? NOTHING : compileTemplate(program, node.loc, tools),
  );
  return compileBlock(node, body ?? NOTHING, otherwise ?? NOTHING);
}

const NOTHING: Print = () => "";
