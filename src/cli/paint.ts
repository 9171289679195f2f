import { styleText } from "node:util";

export type Style = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";

/** The text in a colour, where `colour` says that the terminal shows one. */
export function paint(text: string, style: Style | null, colour: boolean): string {
  return colour && style !== null ? styleText(style, text, { validateStream: false }) : text;
}
