import { spawn } from "node:child_process";
import type { Clock } from "../model/clock.ts";

/** A program of the demo's own, gone when the demo is over. */
export interface DemoChild {
  /** What it said last; null while it runs. */
  ended(): string | null;
  stop(): Promise<void>;
}

const KILL_AFTER_MS = 3_000;

/** Starts a program that stays in the foreground; its words are kept for the case that it ends. */
export function startChild(file: string, args: readonly string[], clock: Clock): DemoChild {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { PATH: "/usr/bin:/bin" } });
  let words = "";
  let ended: string | null = null;
  const listen = (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2_000);
  };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", listen);
  const gone = new Promise<void>((resolve) => {
    const end = (lastWords: string) => {
      ended = lastWords;
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", () => end(words.trim() || "it said nothing"));
  });
  return {
    ended: () => ended,
    stop: async () => {
      child.kill("SIGTERM");
      const over = new AbortController();
      void clock.sleep(KILL_AFTER_MS, over.signal).then(() => over.signal.aborted || child.kill("SIGKILL"));
      await gone;
      over.abort();
    },
  };
}
