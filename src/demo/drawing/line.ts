import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "blueBright" | "yellow";

/** A piece of a line, and how it looks where there is colour. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Span[];

/** A line as it is written: cut to so many columns, since one that wraps would be two; each character takes one. */
export function lineText(line: Line, columns: number, colour: boolean): string {
  let room = columns;
  return line
    .map(({ text, style }) => {
      const shown = cut(text, room);
      room -= shown.length;
      return colour && style !== undefined && shown !== "" ? styleText(style, shown, { validateStream: false }) : shown;
    })
    .join("");
}

/** How many columns it takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

function cut(text: string, room: number): string {
  return text.slice(0, room);
}
