/** The text that bytes hold in UTF-8, without a byte order mark; else the line and column, from 1, where they are something else. */
export function decodeUtf8(bytes: Uint8Array): string | { readonly line: number; readonly column: number } {
  const text = decoded(bytes, false);
  if (text !== null) return text;
  const before = decoded(bytes.subarray(0, longestStart(bytes)), true) ?? "";
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

/** How many of the bytes may begin a text: what is true of a start is true of each shorter one. */
function longestStart(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decoded(bytes.subarray(0, middle), true) === null) bad = middle;
    else good = middle;
  }
  return good;
}

/** null where it is not UTF-8; with `more` to come, its last character may be incomplete. */
function decoded(bytes: Uint8Array, more: boolean): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: more });
  } catch {
    return null;
  }
}
