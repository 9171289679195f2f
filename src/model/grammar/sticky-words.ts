import { rowOf } from "../capabilities/since.ts";
import { STICKY, type StickyKind } from "../capabilities/sticky.ts";

type Words = readonly string[];

/** Whether these are arguments of `sticky` that Nginx takes in the meaning that they seem to have. */
export function isStickyPrinted([kind = "", ...words]: readonly string[]): boolean {
  const row = rowOf(STICKY, kind);
  if (row === undefined) return false;
  const count = row.subject === null ? 0 : row.subject.list ? words.length : 1;
  const [subject, attributes] = [words.slice(0, count), words.slice(count)];
  return isSubject(row, subject) && attributes.every((word) => isAttribute(row, word)) && areOnce(row, attributes);
}

function attributeOf(row: StickyKind, word: string): string | undefined {
  const name = word.split("=", 1)[0] ?? "";
  return Object.hasOwn(row.attributes, name) && (row.attributes[name]?.value === "flag") === !word.includes("=") ? name : undefined;
}

function isSubject({ subject }: StickyKind, words: Words): boolean {
  if (subject === null) return words.length === 0;
  return words.length > 0 && (subject.list || words.length === 1) && words.every((word) => subject.pattern.test(word));
}

function isAttribute(row: StickyKind, word: string): boolean {
  const name = attributeOf(row, word);
  const value = name === undefined ? undefined : row.attributes[name]?.value;
  return value === "flag" || value?.pattern.test(word.slice(word.indexOf("=") + 1)) === true;
}

/** Each once but the lists, and all that Nginx needs. */
function areOnce(row: StickyKind, words: Words): boolean {
  const names = words.map((word) => attributeOf(row, word));
  return Object.entries(row.attributes).every(([name, { value, required }]) => {
    const count = names.filter((other) => other === name).length;
    return count >= (required ? 1 : 0) && (count <= 1 || (value !== "flag" && value.list));
  });
}
