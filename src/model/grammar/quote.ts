/** Far below what Nginx can read, also when every byte is escaped (facts: Token grammar). */
const MAX_BYTES = 1024;
const MAX_COMMENT = 200;

/** Printable without quotes: nothing here ends a word, begins a comment or a variable, or is special at the start of one. */
const BARE = /^[A-Za-z0-9_.:/[\]@%+,=*~^|&?<>!-]+$/;
const BARE_WITH_VARIABLES = /^[A-Za-z0-9_.:/[\]@%+,=*~^|&?<>!$-]+$/;

export type Quoted = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly because: string };

/**
 * Prints a value as exactly one word: bare where that is safe, else in double quotes. `$` has no escape in Nginx, so it is
 * refused unless the caller says that variables may stand there. `because` is the rest of a sentence.
 */
export function quoteToken(text: string, { variables }: { variables: boolean }): Quoted {
  const because = refusalOf(text, variables);
  if (because !== null) return { ok: false, because };
  if ((variables ? BARE_WITH_VARIABLES : BARE).test(text)) return { ok: true, text };
  return { ok: true, text: `"${text.replace(/["\\]/g, "\\$&")}"` };
}

/** Whether a value is one word as it stands, with no character that means anything to Nginx's grammar. */
export function isBareToken(text: string): boolean {
  return BARE.test(text) && text.length <= MAX_BYTES;
}

/** What may follow `# ` whatever it was: printable ASCII on one line, cut to 200 characters. */
export function commentText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "?").slice(0, MAX_COMMENT);
}

function refusalOf(text: string, variables: boolean): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\x00-\x1f\x7f]/.test(text)) return "it holds a control character";
  if (/\p{Surrogate}/u.test(text)) return "it holds half a character (a lone surrogate)";
  if (!variables && text.includes("$")) return "it holds a $, which Nginx would take for a variable";
  const bytes = new TextEncoder().encode(text).length;
  return bytes > MAX_BYTES ? `it has ${bytes} bytes and ${MAX_BYTES} is the most` : null;
}
