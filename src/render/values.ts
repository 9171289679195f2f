import { lookUp, ownField } from "./look-up.ts";
import { contextAt, namedAt, type Scope } from "./scope.ts";
import { isPath, type Path } from "./syntax.ts";
import { defaultOf, firstOf, isEqual } from "./value-helpers.ts";

/** Gives what an expression stands for, each time it is asked. */
export type Value = (scope: Scope) => unknown;

/** Compiles what stands in a mustache, or as a value of one: a path, a constant, or a call of a helper that gives a value. */
export function compileValue(node: hbs.AST.Expression): Value {
  if (isPath(node)) return compilePath(node);
  if (node.type === "SubExpression") return compileCall(node as hbs.AST.SubExpression);
  const value: unknown = node.type === "NullLiteral" ? null : (node as { readonly value?: unknown }).value;
  return () => value;
}

/** Lint has seen to it that this is a helper that gives a value, with as many values as it takes. */
function compileCall({ path, params, loc }: hbs.AST.SubExpression): Value {
  const [one, two] = params.map(compileValue) as [Value, Value];
  const name = path.original;
  if (name === "first") return (scope) => firstOf(one(scope), loc);
  return name === "eq" ? (scope) => isEqual(one(scope), two(scope), loc) : (scope) => defaultOf(one(scope), two(scope));
}

/** Every look-up fails where the last field is missing, wherever it stands: in a mustache, a condition or an argument. */
function compilePath({ data, depth, parts, loc }: Path): Value {
  const start: Value = data && parts.length > 0 ? (scope) => namedAt(scope, depth) : startOf(depth);
  const last = parts.at(-1);
  if (last === undefined) return start;
  if (parts.length === 1) return (scope) => lookUp(start(scope), last, loc);
  const before = parts.slice(0, -1);
  return (scope) => lookUp(before.reduce(ownField, start(scope)), last, loc);
}

function startOf(depth: number): Value {
  return depth === 0 ? ({ context }) => context : (scope) => contextAt(scope, depth);
}
