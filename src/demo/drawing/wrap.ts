/** A text in lines of at most so many columns, each indented; a word that is longer than that stays whole. */
export function wrap(text: string, columns: number, indent: string, further = indent): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const start = lines.length === 0 ? indent : further;
    if (line !== "" && `${start}${line} ${word}`.length > columns) {
      lines.push(`${start}${line}`);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, `${lines.length === 0 ? indent : further}${line}`];
}
