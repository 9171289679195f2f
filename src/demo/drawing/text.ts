import type { Scene } from "../scene.ts";
import { sharesText } from "../shares.ts";
import type { Shares } from "../traffic.ts";
import { NAMES } from "../world.ts";
import { barLine } from "./bar.ts";
import type { Line } from "./line.ts";
import { wrap } from "./wrap.ts";

/** How the story is set: in so many columns, with blocks or in ASCII. */
export interface Setting {
  readonly columns: number;
  readonly blocks: boolean;
}

const INDENT = "     ";
const BARS_WITHIN = 52;

/** A paragraph at the margin. */
export function paragraphLines(text: string, { columns }: Setting): readonly Line[] {
  return wrap(text, columns, "").map((line) => [{ text: line }]);
}

/** What is said before anything happens. */
export function sceneLines(heading: string, { title, says }: Pick<Scene, "title" | "says">, { columns }: Setting): readonly Line[] {
  return [[], [{ text: `${heading}  ${title}`, style: "bold" }], ...wrap(says, columns, INDENT).map((text) => [{ text }])];
}

/** A sentence on what is being done. */
export function toldLines(sentence: string, { columns }: Setting): readonly Line[] {
  return wrap(sentence, columns, `${INDENT}> `, `${INDENT}  `).map((text) => [{ text, style: "dim" }]);
}

/** What a command printed, line by line as it is. */
export function quotedLines(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => [{ text: `${INDENT}| ${line}` }]);
}

/** What came of a scene: who answered of so many in a row, and how long it took to come to that. */
export function resultLines(shares: Shares, movedAfterMs: number | null, { columns }: Setting): readonly Line[] {
  const requests = Object.values(shares).reduce((sum, count) => sum + count, 0);
  const moved = movedAfterMs === null ? "" : ` Traffic had moved after ${movedAfterMs} ms.`;
  const text = `Of ${requests} requests in a row: ${sharesText(shares)}.${moved} None failed.`;
  return wrap(text, columns, `${INDENT}= `, `${INDENT}  `).map((line) => [{ text: line, style: "green" }]);
}

/** The same as a drawing, for where there is no picture that moves. */
export function shareBars(shares: Shares, { columns, blocks }: Setting): readonly Line[] {
  const requests = Object.values(shares).reduce((sum, count) => sum + count, 0);
  return NAMES.map((name) =>
    barLine({ name, count: shares[name] ?? 0, of: requests, indent: INDENT }, Math.min(columns, BARS_WITHIN), blocks),
  );
}
