const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** What a duration looks like, for messages. */
export const DURATION_EXAMPLES = "a duration such as 250ms, 2s, 5m or 1h";

/** Reads `250ms`, `2s`, `5m` or `1h` as milliseconds; a bare `0` needs no unit; null where it is none. */
export function parseDuration(text: string): number | null {
  if (text === "0") return 0;
  const match = /^(\d{1,15})(ms|s|m|h)$/.exec(text);
  const ms = Number(match?.[1]) * (UNITS[match?.[2] ?? ""] ?? Number.NaN);
  return Number.isSafeInteger(ms) ? ms : null;
}

/** Prints whole milliseconds in the largest unit that is exact, so that `parseDuration` gives the same number back. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  const unit = ["h", "m", "s"].find((name) => ms % (UNITS[name] ?? 1) === 0) ?? "ms";
  return `${ms / (UNITS[unit] ?? 1)}${unit}`;
}

/** The same as Nginx's directives for times take it: `10s`, or `500ms` where it is not whole seconds. */
export function nginxTime(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
