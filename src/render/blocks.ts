import { innerScope, type Scope } from "./scope.ts";
import { groupsOf } from "./value-helpers.ts";
import { compileValue, type Value } from "./values.ts";

/** Prints a part of a template. */
export type Print = (scope: Scope) => string;

/** Compiles a block, which means what it means in Handlebars. `body` and `otherwise` are what it prints: what follows `{{else}}` is the other. */
export function compileBlock({ path, params, hash, loc }: hbs.AST.BlockStatement, body: Print, otherwise: Print): Print {
  // Lint has seen to it that this is one of the helpers below, with one value.
  const value = compileValue(params[0] as hbs.AST.Expression);
  const name = path.original;
  if (name === "each") return compileLoop(value, body, otherwise);
  if (name === "if") return (scope) => (isTrue(value(scope)) ? body(scope) : otherwise(scope));
  if (name === "unless") return (scope) => (isTrue(value(scope)) ? otherwise(scope) : body(scope));
  if (name === "with") return compileWith(value, body, otherwise);
  const by = hash.pairs[0]?.value as hbs.AST.StringLiteral;
  return compileLoop((scope) => groupsOf(value(scope), by.value, loc), body, otherwise);
}

function compileWith(value: Value, body: Print, otherwise: Print): Print {
  return (scope) => {
    const context = value(scope);
    return context === 0 || isTrue(context) ? body(innerScope(scope, context)) : otherwise(scope);
  };
}

/** Goes through a list, or through the fields of an object. */
function compileLoop(value: Value, body: Print, otherwise: Print): Print {
  return (scope) => {
    const over = value(scope);
    const items = itemsOf(over);
    if (items.length === 0) return otherwise(scope);
    const keys = Array.isArray(over) ? null : Object.keys(over as object);
    const { root } = scope.frame;
    let text = "";
    for (let index = 0; index < items.length; index++) {
      const key = keys === null ? index : keys[index];
      text += body(innerScope(scope, items[index], { root, key, index, isLast: index === items.length - 1, around: scope.frame }));
    }
    return text;
  };
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
