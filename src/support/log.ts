export type LogLevel = "error" | "warn" | "info" | "debug";
export type LogFields = Readonly<Record<string, unknown>>;

/** What every part is handed to speak to the operator: a fixed message, and what varies in fields. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export const LOG_FORMATS = ["text", "json"] as const;

/** A log that says nothing, for one-shot commands. */
export const SILENT: Log = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
