import { shown } from "../render/template-error.ts";
import type { RefusedText } from "../render/user-templates.ts";

/**
 * What Nginx refused of a template's text, for whoever mends it: the source, the line that Nginx names with what stands there, and
 * Nginx's words.
 */
export function refusalText(source: string, text: string, { destination, reason }: RefusedText): string {
  const line = lineNamedIn(reason, destination);
  const printed = line === null ? "" : (text.split("\n")[line - 1] ?? "").trim();
  const which = line === null ? "" : `line ${line} of `;
  return `${source}: Nginx refused ${which}what it prints${printed === "" ? "" : ` (${shown(printed)})`}: ${reason}`;
}

/** Whether Nginx's words name a file, and not one whose name only begins or ends the same. */
export function isNamedIn(reason: string, path: string): boolean {
  return placesOf(reason, path).length > 0;
}

/** As in `... in /etc/nginx/conf.d/sites.conf:4`. */
function lineNamedIn(reason: string, path: string): number | null {
  const lines = placesOf(reason, path).flatMap((rest) => /^:(\d+)/.exec(rest)?.[1] ?? []);
  return lines[0] === undefined ? null : Number(lines[0]);
}

/** What follows the path, for each time that it stands there whole. */
function placesOf(reason: string, path: string): readonly string[] {
  const parts = reason.split(path);
  return parts.slice(1).filter((rest, i) => !/^[\w./-]/.test(rest) && !/[\w./-]$/.test(parts[i] ?? ""));
}
