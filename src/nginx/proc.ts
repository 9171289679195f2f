import { readdirSync, readFileSync } from "node:fs";
import type { Moment, ProcessId } from "../model/nginx-process.ts";

/**
 * What the kernel says of processes. Read without waiting for promises: /proc never blocks, and what is read in one go is as
 * near to one moment as it can be.
 */
export interface ProcessStat extends ProcessId {
  readonly parent: number;
  /** `R`, `S`, `Z`, ... */
  readonly state: string;
}

/** Clock ticks in a second, as every Linux that Node runs on shows them. */
const TICKS_PER_SECOND = 100;
/** SIGHUP is signal 1: the lowest bit of the masks in `/proc/PID/status`. */
const SIGHUP_BIT = 1;

/** null: there is no such process, or it is hidden. */
export function readStat(pid: number): ProcessStat | null {
  const text = readProc(pid, "stat");
  // The name stands in parentheses and may itself hold some, and blanks.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields.length < 20) return null;
  return { pid, state: fields[0] ?? "", parent: Number(fields[1]), startTicks: Number(fields[19]) };
}

/** The title that a process gave itself, or its command line. Empty: a zombie, or not to be seen. */
export function readTitle(pid: number): string {
  return (readProc(pid, "cmdline") ?? "").replaceAll("\0", " ").trimEnd();
}

/** The arguments that a process was started with, while it has not given itself a title. */
export function readArguments(pid: number): readonly string[] {
  return (readProc(pid, "cmdline") ?? "").split("\0").slice(0, -1);
}

/** The number that the process has in its own pid namespace, and whether that is another one than ours. */
export function readOwnNumber(pid: number): { readonly number: number; readonly foreign: boolean } {
  const numbers = /^NSpid:\s+(.*)$/m.exec(readProc(pid, "status") ?? "")?.[1]?.split(/\s+/) ?? [];
  return { number: Number(numbers.at(-1) ?? pid), foreign: numbers.length > 1 };
}

/** Whether a SIGHUP was sent to this process that it has not taken yet. */
export function hasPendingHangup(pid: number): boolean {
  return hasHangupIn(pid, "SigPnd") || hasHangupIn(pid, "ShdPnd");
}

/** Whether a SIGHUP would have to wait: a master blocks it while it carries out another reload, and never while it is idle. */
export function blocksHangup(pid: number): boolean {
  return hasHangupIn(pid, "SigBlk");
}

function hasHangupIn(pid: number, mask: "SigPnd" | "ShdPnd" | "SigBlk"): boolean {
  const digits = new RegExp(`^${mask}:\\s+([0-9a-f]+)$`, "m").exec(readProc(pid, "status") ?? "")?.[1] ?? "0";
  return (Number.parseInt(digits.slice(-2), 16) & SIGHUP_BIT) !== 0;
}

export function listPids(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The children of a process; the kernel's own list where it keeps one. */
export function listChildren(parent: number): ProcessStat[] {
  const listed = readProc(parent, `task/${parent}/children`)?.trim();
  const pids =
    listed === undefined
      ? listPids()
      : listed
          .split(" ")
          .filter((pid) => pid !== "")
          .map(Number);
  return pids.flatMap((pid) => readStat(pid) ?? []).filter((stat) => stat.parent === parent && stat.state !== "Z");
}

/** Whether the processes of other users are hidden from us (`hidepid`): then not seeing one says nothing. */
export function isProcHidden(): boolean {
  return readStat(1) === null;
}

/** Now, on the clock that start times are counted in; good to one tick. */
export function readMoment(): Moment {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  // Rounded, since a fraction times a hundred may come out a hair too low; the kernel gives no more than two digits.
  const ticks = Math.round(Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * TICKS_PER_SECOND);
  // Where /proc/uptime is that of a container and start times are those of the host, nothing may ever pass for younger than now.
  const isOurClock = (readStat(process.pid)?.startTicks ?? 0) <= ticks;
  return { boot, ticks: isOurClock ? ticks : Number.MAX_SAFE_INTEGER };
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return undefined;
  }
}
