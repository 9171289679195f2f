import type { Answer, Shares } from "./traffic.ts";

/** Who gave these answers, and how many each. */
export function sharesOf(answers: readonly Answer[]): Shares {
  const shares: Record<string, number> = {};
  for (const { from } of answers) shares[from] = (shares[from] ?? 0) + 1;
  return shares;
}

export function sameShares(one: Shares, other: Shares): boolean {
  return Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);
}

/** As `green 6, red 6`. */
export function sharesText(shares: Shares): string {
  const names = Object.keys(shares).sort();
  return names.length === 0 ? "nobody" : names.map((name) => `${name} ${shares[name]}`).join(", ");
}

/** The first answer from which on every so many in a row are shared like this; null when the last ones are not. */
export function settledFrom(answers: readonly Answer[], shares: Shares, inARow: number): Answer | null {
  let settled: Answer | null = null;
  for (let first = answers.length - inARow; first >= 0; first--) {
    if (!sameShares(sharesOf(answers.slice(first, first + inARow)), shares)) break;
    settled = answers[first] ?? null;
  }
  return settled;
}

/** How many answers came at this time or later. */
export function since(answers: readonly Answer[], time: number): readonly Answer[] {
  return answers.slice(answers.findLastIndex(({ at }) => at < time) + 1);
}
