import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { Clock } from "../model/clock.ts";
import { childEnvironment } from "./child-environment.ts";
import type { Threshold } from "./waiting-command.ts";

/** How a process ended. `code` is null when a signal ended it, or when it could not be started (then `failure` says why). */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly failure: NodeJS.ErrnoException | null;
}

export type Run = (argv: readonly string[], options: { readonly timeoutMs: number }) => Promise<Ended>;

/** More than any message of Nginx that could matter; a runaway child must not fill our memory. */
const OUTPUT_LIMIT = 256 * 1024;
/** How long the output of a process that ended may still arrive; what it left running may hold the pipe for ever. */
const DRAIN_MS = 200;

/**
 * The only way a process is started here: argv without a shell, in a process group of its own that is killed as a whole
 * when the time is over; or admitted, where one waits for just this. Never rejects.
 */
export function createRun(clock: Clock, threshold: Threshold | null = null): Run {
  return (argv, { timeoutMs }) =>
    new Promise((resolve) => {
      const child = threshold?.admit(argv) ?? start(argv);
      const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
      const over = new AbortController();
      let timedOut = false;
      const end = (code: number | null, signal: NodeJS.Signals | null, failure: NodeJS.ErrnoException | null) => {
        over.abort();
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal, stdout: stdout(), stderr: stderr(), timedOut, failure });
      };
      child.once("error", (failure) => end(null, null, failure));
      child.once("close", (code, signal) => end(code, signal, null));
      child.once("exit", (code, signal) => void clock.sleep(DRAIN_MS, over.signal).then(() => end(code, signal, null)));
      void clock.sleep(timeoutMs, over.signal).then(() => {
        if (over.signal.aborted) return;
        timedOut = true;
        killGroup(child);
      });
    });
}

function start([file = "", ...args]: readonly string[]): ChildProcess {
  return spawn(file, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env: childEnvironment() });
}

/** What a process wrote last, in one line, or how it ended where it wrote nothing. */
export function lastWords({ stdout, stderr, code, signal, timedOut, failure }: Ended): string {
  if (failure !== null) return failure.message;
  if (timedOut) return "it did not end in time and was killed";
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  const said = lines
    .filter((line) => line !== "")
    .slice(-3)
    .join("; ");
  return said === "" ? `it said nothing and ended with ${signal ?? code}` : said;
}

function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    if (size < OUTPUT_LIMIT) chunks.push(chunk.subarray(0, OUTPUT_LIMIT - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in this very moment.
  }
}
