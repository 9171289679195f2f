/** What was measured of one thing again and again, in milliseconds. */
export interface Figures {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** One row of the result. */
export interface Row {
  readonly what: string;
  /** What we are held against. */
  readonly other: string;
  readonly ours: string;
  /** Ours in the terms of the target. */
  readonly result: string;
  readonly target: string;
  readonly isMet: boolean;
}

export function figuresOf(samples: readonly number[]): Figures {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}

/** The median, with what lies between the slowest and the quickest tenth. */
export function figuresText({ p10, p50, p90 }: Figures): string {
  return `${short(p50)} ms (${short(p10)}-${short(p90)})`;
}

/** A row whose target is a multiple of the other's median. */
export function ratioRow(what: string, other: Figures, ours: Figures, most: number): Row {
  const ratio = ours.p50 / other.p50;
  const target = `at most ${most} x`;
  return { what, other: figuresText(other), ours: figuresText(ours), result: `${ratio.toFixed(2)} x`, target, isMet: ratio <= most };
}

/** The result as a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, other, ours, result, target, isMet }) => [what, other, ours, result, target, isMet ? "yes" : "**no**"]);
  const head = ["what", "compared with", "upstreamd", "result", "target", "met"];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function short(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
