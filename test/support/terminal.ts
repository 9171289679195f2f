/** What a terminal of this size shows after this was written to it: all lines that it ever had, the oldest first, and its cursor. */
export function screenOf(written: string, { columns, rows }: { columns: number; rows: number }) {
  const lines: string[][] = [[]];
  let [row, column, top, isCursorShown] = [0, 0, 0, true];
  const lineBreak = () => {
    row += 1;
    if (row === lines.length) lines.push([]);
    top = Math.max(top, row - rows + 1);
  };
  const put = (character: string) => {
    if (column === columns) {
      column = 0;
      lineBreak();
    }
    const line = lines[row] ?? [];
    while (line.length < column) line.push(" ");
    line[column] = character;
    column += 1;
  };
  const obey = (command: string, argument: string) => {
    if (command === "A") row = Math.max(top, row - Number(argument || 1));
    if (command === "K" || command === "J") lines[row]?.splice(column);
    if (command === "J") lines.splice(row + 1);
    if (argument === "?25") isCursorShown = command === "h";
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for
  for (const [, argument = "", command, character = ""] of written.matchAll(/\u001b\[([?0-9;]*)([A-Za-z])|(.)/gsu)) {
    if (command !== undefined) obey(command, argument);
    else if (character === "\r") column = 0;
    else if (character === "\n") lineBreak();
    else put(character);
  }
  return { lines: lines.map((line) => line.join("").trimEnd()), isCursorShown };
}
