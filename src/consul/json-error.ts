/** Where a text stops being JSON, by line and column from 1: Node does not always say. */
export function jsonErrorAt(text: string): { line: number; column: number } {
  const before = text.slice(0, errorOffset(text)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

type Bracket = "{" | "[";
type Expected = "value" | "value or ]" | "key or }" | "key" | ":" | ", or ]" | ", or }" | "nothing";
type Steps = Readonly<Record<string, Expected | "close" | "done">>;

const VALUE: Steps = { "{": "key or }", "[": "value or ]", string: "done", literal: "done" };

/** What each token leads to, where it may stand. */
const STEPS: Readonly<Record<Expected, Steps>> = {
  value: VALUE,
  "value or ]": { ...VALUE, "]": "close" },
  "key or }": { string: ":", "}": "close" },
  key: { string: ":" },
  ":": { ":": "value" },
  ", or ]": { ",": "value", "]": "close" },
  ", or }": { ",": "key", "}": "close" },
  nothing: {},
};

const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /([{}[\],:])|("[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*")|(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)/y;

function errorOffset(text: string): number {
  const open: Bracket[] = [];
  let expected: Expected = "value";
  let offset = skip(text, 0);
  for (;;) {
    const token = tokenAt(text, offset);
    const next = token === null ? undefined : STEPS[expected][token.kind];
    if (token === null || next === undefined) return offset;
    expected = enter(next, token.kind, open);
    offset = skip(text, token.end);
  }
}

function tokenAt(text: string, offset: number): { kind: string; end: number } | null {
  TOKEN.lastIndex = offset;
  const match = TOKEN.exec(text);
  if (match === null) return null;
  return { kind: match[1] ?? (match[2] === undefined ? "literal" : "string"), end: TOKEN.lastIndex };
}

/** Keeps the brackets that wait for their end. */
function enter(next: Expected | "close" | "done", kind: string, open: Bracket[]): Expected {
  if (kind === "{" || kind === "[") open.push(kind);
  if (next === "close") open.pop();
  if (next !== "close" && next !== "done") return next;
  const inside = open.at(-1);
  if (inside === undefined) return "nothing";
  return inside === "{" ? ", or }" : ", or ]";
}

function skip(text: string, offset: number): number {
  SPACE.lastIndex = offset;
  SPACE.exec(text);
  return SPACE.lastIndex;
}
