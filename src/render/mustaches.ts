import type { Print } from "./blocks.ts";
import { helperNamed, PRINTING_HELPERS, VALUE_HELPERS } from "./lint.ts";
import type { Printer } from "./printer.ts";
import { expressionText, type Path } from "./syntax.ts";
import { compileValue, type Value } from "./values.ts";

/** Compiles `{{x}}`, `{{quote x}}` and the like: each value prints by the rule of its helper, and by that of `{{x}}` without one. */
export function compileMustache(node: hbs.AST.MustacheStatement, printer: Printer): Print {
  const { params, loc } = node;
  const helper = helperNamed(PRINTING_HELPERS, node.path as Path);
  if (helper === null) return compilePlain(node, printer);
  const value = compileValue(params[0] as hbs.AST.Expression);
  if (helper === "comment") return (scope) => printer.comment(value(scope), loc);
  if (helper === "join") {
    const between = (params[1] as hbs.AST.StringLiteral).value;
    return (scope) => printer.join(value(scope), between, loc);
  }
  const variables = wordOf(node, "variables");
  return (scope) => printer.quote(value(scope), variables(scope) === true, loc);
}

function compilePlain({ path, params, hash, loc }: hbs.AST.MustacheStatement, printer: Printer): Print {
  const isCall = helperNamed(VALUE_HELPERS, path as Path) !== null;
  const expression = isCall ? ({ type: "SubExpression", path, params, hash, loc } as hbs.AST.SubExpression) : path;
  const value = compileValue(expression);
  const text = expressionText(expression);
  return (scope) => printer.plain(value(scope), text, loc);
}

/** What follows `name=`; undefined where it is not written. */
function wordOf({ hash }: hbs.AST.MustacheStatement, name: string): Value {
  const pair = (hash as hbs.AST.Hash | undefined)?.pairs.find(({ key }) => key === name);
  return pair === undefined ? () => undefined : compileValue(pair.value);
}
