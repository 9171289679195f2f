/** A variable as Nginx finds it in a text; `$1` to `$9` are captures of some regular expression. */
const VARIABLE = /\$(?:\{(?<inside>\w+)\}|(?<capture>[1-9])|(?<name>\w+))/g;

/**
 * Whether a text can be the key of a hash: every `$` in it begins a variable, and one of them at least is no capture, which is
 * nearly always empty (facts: Methods and their versions).
 */
export function isKey(text: string): boolean {
  const names = [...text.matchAll(VARIABLE)].map(({ groups }) => groups?.["inside"] ?? groups?.["name"]);
  return !text.replaceAll(VARIABLE, "").includes("$") && names.some((name) => name !== undefined && /^[A-Za-z_]/.test(name));
}
