import { type ChildProcess, spawn } from "node:child_process";
import type { Clock } from "../model/clock.ts";
import type { Prop } from "./props.ts";

/** A program of the demo's own, gone when the demo is over. */
export interface DemoChild extends Prop {
  /** What it said last, in one line; null while it runs. */
  ended(): string | null;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  remove(): Promise<void>;
}

const KILL_AFTER_MS = 3_000;

/**
 * Starts a program that stays in the foreground; its words are kept for the case that it ends. It leads a process group, so
 * that Ctrl-C on the terminal is for us alone, and what it started itself goes with it.
 */
export function startChild(file: string, args: readonly string[], clock: Clock): DemoChild {
  const child = spawn(file, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env: { PATH: "/usr/bin:/bin" } });
  const words = lastWordsOf(child);
  let ended: string | null = null;
  const gone = new Promise<void>((resolve) => {
    const end = (lastWords: string) => {
      ended = lastWords;
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", () => end(words()));
  });
  return {
    ended: () => ended,
    signal: (name) => void child.kill(name),
    removeAtOnce: () => killGroup(child),
    remove: async () => {
      child.kill("SIGTERM");
      // One that is stopped would not hear it.
      child.kill("SIGCONT");
      const over = new AbortController();
      void clock.sleep(KILL_AFTER_MS, over.signal).then(() => over.signal.aborted || killGroup(child));
      await gone;
      over.abort();
      killGroup(child);
    },
  };
}

function lastWordsOf({ stdout, stderr }: ChildProcess): () => string {
  let words = "";
  const listen = (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-500);
  };
  for (const stream of [stdout, stderr]) stream?.on("data", listen);
  return () => words.replaceAll(/\s+/g, " ").trim() || "it said nothing";
}

/** The group outlives its leader for as long as anybody is in it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}
