const DAY = 86_400;

/** In the order in which they have to fall: `1h30m`, never `30m1h` (nginx: ngx_parse_time). */
const UNITS: readonly (readonly [string, number])[] = [
  ["y", 365 * DAY],
  ["M", 30 * DAY],
  ["w", 7 * DAY],
  ["d", DAY],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** Reads a time as Nginx does where it counts in seconds (`fail_timeout`): `10`, `10s`, `1m`, `1h30m`. null: not one. */
export function parseSeconds(text: string): number | null {
  // What we print ourselves, and read again in thousands of servers.
  if (/^\d{1,15}s?$/.test(text)) return Number.parseInt(text, 10);
  if (!/^(\d+[yMwdhms] ?)*(\d+)?$/.test(text) || text === "" || text.endsWith(" ")) return null;
  let total = 0;
  let smallest = -1;
  for (const [, digits, unit] of text.matchAll(/(\d+)([yMwdhms]?)/g)) {
    const rank = UNITS.findIndex(([name]) => name === (unit === "" ? "s" : unit));
    if (rank <= smallest) return null;
    smallest = rank;
    total += Number(digits) * (UNITS[rank]?.[1] ?? 1);
  }
  return Number.isSafeInteger(total) ? total : null;
}

/** Whether a text is a time as Nginx reads it where it counts in milliseconds (`keepalive_timeout`), without spaces. */
export function isTime(text: string): boolean {
  return /^\d+(ms)?$/.test(text) || (/^(?=\d)(\d+w)?(\d+d)?(\d+h)?(\d+m(?!s))?(\d+s)?(\d+ms)?$/.test(text) && text.length <= 20);
}
