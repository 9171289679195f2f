import type { Viewer } from "../demo/screen.ts";
import type { Io } from "./io.ts";
import type { DemoOptions } from "./options.ts";

/** What stdout can show: on a terminal that obeys, a picture that moves, unless a log is asked for that would run through it. */
export function viewerOf({ color, logLevel }: DemoOptions, { stdout, env }: Io): Viewer {
  const isLive = stdout.isTTY === true && env["TERM"] !== "dumb" && logLevel === "info";
  return {
    write: (text) => void stdout.write(text),
    isLive,
    colour: color,
    blocks: isLive && /utf-?8/i.test(localeOf(env)),
    columns: () => stdout.columns || COLUMNS,
    rows: () => stdout.rows || ROWS,
  };
}

const COLUMNS = 80;
const ROWS = 24;

/** The first of these that is set decides how characters are written. */
function localeOf(env: Io["env"]): string {
  return env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
}
