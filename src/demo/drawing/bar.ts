import type { Line, Style } from "./line.ts";

export interface Bar {
  readonly name: string;
  readonly count: number;
  /** What a whole bar stands for. */
  readonly of: number;
  readonly indent: string;
}

const STYLES: Readonly<Record<string, Style>> = { red: "red", green: "green", blue: "blueBright" };
const NAME_COLUMNS = 6;
/** With the space before it. */
const COUNT_COLUMNS = 5;
const LONGEST = 48;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** `  green  ######        6`, in so many columns; with blocks it is drawn to an eighth of a column. */
export function barLine({ name, count, of, indent }: Bar, columns: number, blocks: boolean): Line {
  const room = Math.max(0, Math.min(LONGEST, columns - indent.length - NAME_COLUMNS - COUNT_COLUMNS));
  const style = STYLES[name];
  const bar = barText(of === 0 ? 0 : Math.min(1, count / of) * room, blocks).padEnd(room);
  const figure = count === 0 ? "" : String(count);
  return [
    { text: `${indent}${name.padEnd(NAME_COLUMNS)}`, ...(count === 0 ? { style: "dim" } : {}) },
    { text: bar, ...(style === undefined ? {} : { style }) },
    { text: figure.padStart(COUNT_COLUMNS) },
  ];
}

function barText(length: number, blocks: boolean): string {
  if (!blocks) return "#".repeat(Math.round(length));
  const eighths = Math.round(length * 8);
  return `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`;
}
