import type { Print } from "./blocks.ts";
import type { Budget } from "./budget.ts";
import { type Scope, topScope } from "./scope.ts";
import type { Path } from "./syntax.ts";
import { templateError } from "./template-error.ts";
import { compileValue, type Value } from "./values.ts";

/** Compiles `{{> name}}`: a partial prints for its context alone, and where it stands on a line of its own, indented as it is. */
export function compilePartial(node: hbs.AST.PartialStatement, print: Print | undefined, budget: Budget): Print {
  const { name, params, indent, loc } = node;
  if (print === undefined)
    throw templateError(
      loc,
      `the partial ${(name as Path).original} is defined in another block`,
      "Move its {{#*inline}} to the top of the file.",
    );
  const context = compileContext(params[0], node.hash);
  const called: Print = (scope) => print(topScope(context(scope), scope.frame));
  if (indent === "") return called;
  return (scope) => {
    const text = called(scope);
    const indented = indentLines(text, indent);
    budget.spend(indented.length - text.length, loc);
    return indented;
  };
}

/** `{{> name x}}` sees x, `{{> name y=1}}` sees y beside what is there. */
function compileContext(param: hbs.AST.Expression | undefined, hash: hbs.AST.Hash | undefined): Value {
  const base: Value = param === undefined ? ({ context }) => context : compileValue(param);
  if (hash === undefined) return base;
  const fields = hash.pairs.map(({ key, value }) => [key, compileValue(value)] as const);
  return (scope: Scope) => ({ ...(base(scope) as object), ...Object.fromEntries(fields.map(([key, value]) => [key, value(scope)])) });
}

/** Every line but an empty last one, as in Handlebars. */
function indentLines(text: string, indent: string): string {
  if (text === "") return text;
  const newline = text.indexOf("\n");
  return indent + (newline === -1 || newline === text.length - 1 ? text : text.replace(/\n(?!$)/g, `\n${indent}`));
}
