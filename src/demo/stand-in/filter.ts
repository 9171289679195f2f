import { Refusal } from "./answer.ts";
import { type Token, tokenize } from "./filter-tokens.ts";

export type Predicate = (row: unknown) => boolean;

/**
 * The part of Consul's filter language that is in daily use: `==`, `!=`, `in`, `contains`, their negations with `not`,
 * `and`, `or` and parentheses. Anything else is refused with status 500, in Consul's words as far as they matter.
 * @param selectors which fields may be asked for, such as `Service.Tags` or, for a map, `Service.Meta.*`
 */
export function compileFilter(text: string, selectors: readonly string[]): Predicate {
  if (text === "") return () => true;
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at]?.text;
  const take = (): Token => tokens[at++] ?? { kind: "end", text: "", offset: text.length };
  const accept = (word: string) => tokens[at]?.kind === "word" && peek() === word && take() !== undefined;

  const either = (): Predicate => {
    const left = both();
    if (!accept("or")) return left;
    const right = either();
    return (row) => left(row) || right(row);
  };
  const both = (): Predicate => {
    const left = negated();
    if (!accept("and")) return left;
    const right = both();
    return (row) => left(row) && right(row);
  };
  const negated = (): Predicate => {
    if (!accept("not")) return term();
    const inner = negated();
    return (row) => !inner(row);
  };
  const term = (): Predicate => {
    if (!accept("(")) return comparison();
    const inner = either();
    if (!accept(")")) throw noMatch(take());
    return inner;
  };
  const comparison = (): Predicate => {
    const first = take();
    const isNot = accept("not");
    const operator = take();
    const second = take();
    if (operator.text === "in") return holds(selector(second, selectors), value(first), isNot);
    if (operator.text === "contains") return holds(selector(first, selectors), value(second), isNot);
    if (isNot || (operator.text !== "==" && operator.text !== "!=")) throw noMatch(operator);
    return equals(selector(first, selectors), value(second), operator.text === "!=");
  };

  const predicate = either();
  if (at < tokens.length) throw noMatch(take());
  return predicate;
}

function selector(token: Token, allowed: readonly string[]): readonly string[] {
  if (token.kind !== "word") throw noMatch(token);
  const path = [...token.text.matchAll(/\["([^"]*)"\]|[^.[]+/g)].map((part) => part[1] ?? part[0]);
  const name = path.join(".");
  const known = allowed.some(
    (one) => one === name || (one.endsWith(".*") && (name === one.slice(0, -2) || name.startsWith(one.slice(0, -1)))),
  );
  if (!known) throw new Refusal(500, `Selector "${token.text}" is not valid`);
  return path;
}

function value(token: Token): string {
  if (token.kind === "end" || (token.kind === "word" && !/^[a-zA-Z]/.test(token.text))) throw noMatch(token);
  return token.text;
}

function noMatch({ offset }: Token): Refusal {
  return new Refusal(500, `1:${offset + 1} (${offset}): no match found, expected: "(", "not", a selector or a value`);
}

/** What is missing equals nothing, and differs from everything. */
function equals(path: readonly string[], wanted: string, differs: boolean): Predicate {
  return (row) => valuesAt(row, path).some((found) => (found !== undefined && found !== null && String(found) === wanted) !== differs);
}

function holds(path: readonly string[], wanted: string, isNot: boolean): Predicate {
  return (row) => {
    const contained = valuesAt(row, path)
      .flat()
      .some((found) => contains(found, wanted));
    return contained !== isNot;
  };
}

function contains(found: unknown, wanted: string): boolean {
  return typeof found === "object" && found !== null ? Object.hasOwn(found, wanted) : found === wanted;
}

/** The values at a path; a list on the way (`Checks.Status`) gives one for each of its members. */
function valuesAt(row: unknown, path: readonly string[]): readonly unknown[] {
  const [head, ...rest] = path;
  if (head === undefined) return [row];
  if (Array.isArray(row)) return row.flatMap((member) => valuesAt(member, path));
  const found = typeof row === "object" && row !== null && Object.hasOwn(row, head) ? (row as Record<string, unknown>)[head] : undefined;
  return valuesAt(found, rest);
}
