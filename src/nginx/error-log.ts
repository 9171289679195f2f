import { closeSync, openSync, readSync, statSync } from "node:fs";

/** A grave line of an error log: `[emerg]`, `[alert]` or `[crit]`. */
export interface GraveLine {
  /** The process that wrote it, as it counts itself. */
  readonly pid: number;
  readonly text: string;
}

/** Follows error logs from the moment it is made; logs that cannot be read say nothing. */
export interface LogTail {
  /** The grave lines that came since the last call, also in `paths` that were not followed before. */
  read(paths: readonly string[]): GraveLine[];
}

/** A line can be that long; more in one go is skipped, for only the newest matters. */
const CHUNK = 1024 * 1024;

export function followLogs(paths: readonly string[]): LogTail {
  const positions = new Map<string, { inode: number; at: number }>();
  for (const path of paths) mark(path, positions);
  return { read: (now) => now.flatMap((path) => parseGrave(readNew(path, positions))) };
}

/** Picks the grave lines out of a piece of an error log (nginx: ngx_log_error_core writes `TIME [LEVEL] PID#TID: *CONNECTION TEXT`). */
export function parseGrave(text: string): GraveLine[] {
  const lines = text.matchAll(/^\S+ \S+ \[(?:emerg|alert|crit)\] (\d+)#\d+: (?:\*\d+ )?(.*)$/gm);
  return [...lines].map(([, pid, said = ""]) => ({ pid: Number(pid), text: said.trim() }));
}

function mark(path: string, positions: Map<string, { inode: number; at: number }>): void {
  const file = statFile(path);
  positions.set(path, { inode: file?.ino ?? 0, at: file?.size ?? 0 });
}

/** A log that was turned over is read from its beginning. What is not a whole line yet waits for the next call. */
function readNew(path: string, positions: Map<string, { inode: number; at: number }>): string {
  const before = positions.get(path);
  if (before === undefined) mark(path, positions);
  const file = statFile(path);
  if (before === undefined || file === null) return "";
  const from = file.ino === before.inode && file.size >= before.at ? before.at : 0;
  const start = Math.max(from, file.size - CHUNK);
  const text = start < file.size ? readRange(path, start, file.size - start) : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  positions.set(path, { inode: file.ino, at: start + Buffer.byteLength(whole, "latin1") });
  return Buffer.from(whole, "latin1").toString("utf8");
}

/** Only files can be followed; `/dev/stderr` would be our own. */
function statFile(path: string): { ino: number; size: number } | null {
  try {
    const file = statSync(path);
    return file.isFile() && !/^\/(dev|proc)\//.test(path) ? file : null;
  } catch {
    return null;
  }
}

function readRange(path: string, from: number, length: number): string {
  try {
    const file = openSync(path, "r");
    try {
      const buffer = Buffer.alloc(length);
      return buffer.toString("latin1", 0, readSync(file, buffer, 0, length, from));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
