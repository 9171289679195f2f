import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../model/clock.ts";
import type { Intent, Journal } from "../model/host.ts";
import { EMPTY_MEMORY, type Memory } from "../model/memory.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { keepCopy } from "./kept.ts";
import { takeLock } from "./lock.ts";
import { parseIntent, parseMemory } from "./records.ts";
import { syncFolder, writeFileDurably } from "./write-file.ts";

/** The layout of the state folder. An older one is read, field by field (`records`); a newer one is set aside, never misread. */
const FORMAT = 1;

/** What survived, and the means to let more survive. */
export interface Store {
  readonly memory: Memory;
  /** The apply that an earlier process left half done. */
  readonly intent: Intent | null;
  readonly journal: Journal;
  readonly release: () => Promise<void>;
}

/**
 * Opens the state folder for the one process that may write it: makes and locks it, and reads what survived. What cannot
 * be read is moved aside, said, and never refuses a start.
 */
export async function openStore(dir: string, clock: Clock, log: Log): Promise<Store> {
  await makeFolder(dir);
  const release = await takeLock(lockIn(dir), `the state folder ${dir}`).catch((error: unknown) => refuse(dir, error));
  try {
    await checkFormat(dir, clock, log);
    await rm(socketIn(dir), { force: true });
    const memory = (await readRecord(join(dir, "memory.json"), parseMemory, clock, log)) ?? EMPTY_MEMORY;
    const intent = await readRecord(join(dir, "journal.json"), parseIntent, clock, log);
    return { memory, intent, journal: journalIn(dir), release };
  } catch (error) {
    await release();
    return refuse(dir, error);
  }
}

/** Where the daemon of a state folder listens for commands; whoever holds the lock may remove what a killed one left. */
export function socketIn(dir: string): string {
  return join(dir, "upstreamd.sock");
}

/** The lock of a state folder. */
export function lockIn(dir: string): string {
  return join(dir, "lock");
}

/** Reads the memory without a lock or a write, for commands that only look; `problem` says why it is empty, if it had to be. */
export async function peekMemory(dir: string): Promise<{ memory: Memory; problem: string | null }> {
  try {
    const memory = parseMemory(await readFile(join(dir, "memory.json"), "utf8"));
    const format = await readFormat(dir);
    return format === null || isReadable(format)
      ? { memory, problem: null }
      : { memory: EMPTY_MEMORY, problem: `the memory in ${dir} has layout ${format}, and this version reads ${FORMAT}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { memory: EMPTY_MEMORY, problem: null };
    return { memory: EMPTY_MEMORY, problem: `the memory in ${dir} cannot be read: ${messageOf(error)}` };
  }
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new UpstreamdError(
      "STATE_DIR",
      `Cannot make the state folder ${dir}: ${messageOf(error)}`,
      "Make it and give it to the user that runs upstreamd, or set state_dir.",
    );
  }
}

/** An error that the operator can mend already says so; anything else is the disk's. */
function refuse(dir: string, error: unknown): never {
  if (error instanceof UpstreamdError) throw error;
  throw new UpstreamdError(
    "STATE_DIR",
    `Cannot use the state folder ${dir}: ${messageOf(error)}`,
    "Give it to the user that runs upstreamd and make room in it, or set state_dir.",
  );
}

/** The number goes last, so that a crash in between leaves nothing of another layout beside a number of ours. */
async function checkFormat(dir: string, clock: Clock, log: Log): Promise<void> {
  const found = await readFormat(dir);
  if (found === String(FORMAT)) return;
  if (found !== null && !isReadable(found)) {
    for (const name of ["memory.json", "journal.json", "format"]) await moveAside(join(dir, name), `it has layout ${found}`, clock, log);
  }
  await writeFileDurably(join(dir, "format"), `${FORMAT}\n`);
}

function isReadable(format: string): boolean {
  return /^[1-9][0-9]*$/.test(format) && Number(format) <= FORMAT;
}

/** What the state folder says of its layout; null where it says nothing. */
async function readFormat(dir: string): Promise<string | null> {
  try {
    return (await readFile(join(dir, "format"), "utf8")).trim().slice(0, 20);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : "unknown";
  }
}

async function readRecord<T>(path: string, parse: (text: string) => T, clock: Clock, log: Log): Promise<T | null> {
  try {
    return parse(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    await moveAside(path, messageOf(error), clock, log);
    return null;
  }
}

async function moveAside(path: string, because: string, clock: Clock, log: Log): Promise<void> {
  const aside = `${path}.set-aside-${stamp(clock)}`;
  try {
    await rename(path, aside);
    log.warn("set aside a state file that cannot be read; starting as on a first day", { path, aside, because });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      log.warn("cannot set aside a state file that cannot be read", { path, because, error: messageOf(error) });
  }
}

function journalIn(dir: string): Journal {
  const path = join(dir, "journal.json");
  const forget = async () => {
    await rm(path, { force: true });
    await syncFolder(dir);
  };
  const orRefuse = (work: Promise<void>) => work.catch((error: unknown) => refuse(dir, error));
  return {
    note: (intent) => orRefuse(writeFileDurably(path, JSON.stringify(intent))),
    commit: (memory) => orRefuse(writeFileDurably(join(dir, "memory.json"), JSON.stringify(memory)).then(forget)),
    forget: () => orRefuse(forget()),
    keep: (file) => orRefuse(keepCopy(file, join(dir, "kept"))),
  };
}

/** The wall's time in a form that sorts and may stand in a file name. */
function stamp(clock: Clock): string {
  return clock.wall().replaceAll(/[:.]/g, "-");
}
