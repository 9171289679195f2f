/**
 * A text for people in which whatever a terminal obeys, or an eye passes over, is written as its number: controls, marks
 * that turn the direction of writing, separators of lines. Only the line breaks of our own sentences stay.
 */
export function visible(text: string): string {
  return text.replaceAll(/(?!\n)[\p{C}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A text of somebody else in quotes and on one line, cut where it is very long. */
export function quoted(text: string, most = LONGEST): string {
  return visible(JSON.stringify(shortened(text, most)));
}

/** A name as it is, where it is one plain line; else in quotes. */
export function named(text: string, most = LONGEST): string {
  return /^[\x21-\x7e]*$/.test(text) ? shortened(text, most) : quoted(text, most);
}

/** The beginning of a text that is too long for a sentence. */
export function shortened(text: string, most = LONGEST): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

const LONGEST = 200;
