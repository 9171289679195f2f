/** Registry text for a sentence: quoted, short, and without a character that a terminal obeys, so that nothing of it can be taken for ours. */
export function quoted(text: string): string {
  const short = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
  return short.replaceAll(/[\p{C}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
