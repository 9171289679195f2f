/** ` Did you mean "address"?` where one of the known words is close to what was written, else an empty text. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length > LONGEST) return "";
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }));
  const [best] = ranked.sort((a, b) => a.distance - b.distance);
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.candidate.length / 3))) return "";
  return ` Did you mean "${best.candidate}"?`;
}

/** No word that is known is nearly as long, and the time grows with the length. */
const LONGEST = 64;

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) rows.push(nextRow(from, to, i, rows));
  return rows[from.length]?.[to.length] ?? 0;
}

function nextRow(from: string, to: string, i: number, rows: readonly number[][]): number[] {
  const above = rows[i - 1] ?? [];
  const row = [i];
  for (let j = 1; j <= to.length; j++) {
    const substituted = at(above, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
    const swapped =
      i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
        ? at(rows[i - 2] ?? [], j - 2) + 1
        : Number.POSITIVE_INFINITY;
    row.push(Math.min(at(above, j) + 1, at(row, j - 1) + 1, substituted, swapped));
  }
  return row;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
