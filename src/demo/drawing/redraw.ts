import { type Line, lineText, lineWidth } from "./line.ts";

/** The picture at the end of what was written, as the widths of its lines; the cursor is on the line below it. */
export type Drawn = readonly number[];

export interface Shape {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

const TO_END_OF_LINE = "\u001b[K";
const TO_END_OF_SCREEN = "\u001b[J";

/**
 * What takes a terminal from one picture to the next, with new text above it that scrolls away; `above` is empty or ends with a line
 * break. It is written over, not wiped first, so that nothing flickers. Of a picture that is too high only the end is drawn: what
 * has left the screen cannot be drawn again.
 */
export function redraw(before: Drawn, picture: readonly Line[], above: string, shape: Shape): { text: string; drawn: Drawn } {
  const lines = picture.slice(Math.max(0, picture.length - shape.rows + 1));
  const rows = [...above.split("\n").slice(0, -1), ...lines.map((line) => lineText(line, shape.columns, shape.colour))];
  return {
    text: `${upBy(heightOf(before, shape.columns), shape.rows)}${rows.map((row) => `${row}${TO_END_OF_LINE}\n`).join("")}${TO_END_OF_SCREEN}`,
    drawn: lines.map((line) => Math.min(lineWidth(line), shape.columns)),
  };
}

/** A line that was drawn when the terminal was wider takes more rows now. */
function heightOf(before: Drawn, columns: number): number {
  return before.reduce((height, width) => height + Math.max(1, Math.ceil(width / columns)), 0);
}

function upBy(height: number, rows: number): string {
  const up = Math.min(height, rows - 1);
  return up > 0 ? `\r\u001b[${up}A` : "\r";
}
