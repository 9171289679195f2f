import { pino } from "pino";
import type { Log, LogFields, LogLevel } from "./log.ts";

/** A log that writes whole lines at once, so that none is lost when the process ends. */
export function createLog(options: { level: LogLevel; format: "text" | "json"; write: (text: string) => void }): Log {
  const destination = { write: options.format === "json" ? options.write : (line: string) => options.write(asText(line)) };
  const logger = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) =>
      logger[level](fields, message);
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

/** One JSON line of pino as `2026-01-01T00:00:00.000Z info message key=value`. */
function asText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${fieldText(value)}`);
  return `${escapeControls([time, String(level).padEnd(5), msg, ...pairs].join(" "))}\n`;
}

/** A value that cannot break the line it stands in. */
function fieldText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return typeof value === "string" && /^[\w.:/@+,[\]-]+$/.test(text) ? text : JSON.stringify(value);
}

/** JSON lets through what a terminal obeys as well: C1 controls, line separators, marks that turn the direction of writing. */
function escapeControls(text: string): string {
  return text.replaceAll(/[\p{C}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
