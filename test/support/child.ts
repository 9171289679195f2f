import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { atEnd } from "./cleanup.ts";
import { until } from "./until.ts";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that cannot outlive the test file that started it. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  running(): boolean;
  stdout(): string;
  stderr(): string;
  kill(signal?: NodeJS.Signals): void;
  /** Asks it to end by SIGTERM, then by SIGKILL after 10 s, and waits for it. */
  stop(): Promise<Exit>;
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
}

const PIPES_MS = 500;
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

/** Starts a command whose output is kept; it is stopped at the end of the test file, or when this process is killed. */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawnTied(command, args, options);
  const text = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (text.stderr += chunk));
  child.stdin?.on("error", () => undefined).end(options.input ?? "");
  const exited = exitOf(child, command);
  const running = () => child.exitCode === null && child.signalCode === null;
  const stop = atEnd(() => end(child, exited, running));
  return {
    pid: child.pid ?? -1,
    exited,
    running,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    kill: (signal = "SIGTERM") => void child.kill(signal),
    stop: async () => {
      await stop();
      return await exited;
    },
  };
}

/**
 * `setpriv` becomes the command, with the kernel told to end it when we die without a word. It leads a process group, by
 * which what it started itself is found again.
 */
function spawnTied(command: string, args: readonly string[], { env, cwd }: ChildOptions): ChildProcess {
  const tied = SETPRIV === undefined ? [command, ...args] : [SETPRIV, "--pdeathsig", "TERM", command, ...args];
  return spawn(tied[0] ?? command, tied.slice(1), {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Waits for the rest of the output, but not for long: what the child itself started may hold its pipes open. */
function exitOf(child: ChildProcess, command: string): Promise<Exit> {
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`Cannot start ${command}: ${error.message}`)));
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("exit", (code, signal) => setTimeout(() => resolve({ code, signal }), PIPES_MS).unref());
  });
  exited.catch(() => undefined);
  return exited;
}

async function end(child: ChildProcess, exited: Promise<Exit>, running: () => boolean): Promise<void> {
  if (running()) {
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    await until(`pid ${child.pid} to end after SIGTERM`, () => !running(), { deadlineMs: 10_000 }).catch(() => child.kill("SIGKILL"));
    await exited;
  }
  killGroup(child.pid);
}

/** Workers whose master was killed live on, and so does what else the child left behind. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}
