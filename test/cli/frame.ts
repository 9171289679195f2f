import type { Io } from "../../src/cli/io.ts";
import type { CommandOptions } from "../../src/cli/options.ts";
import type { Actions } from "../../src/cli/program.ts";

interface Given {
  readonly env?: Record<string, string>;
  readonly isTTY?: boolean;
  readonly stdin?: string;
  /** The descriptor of stdout; -1: none. */
  readonly fd?: number;
}

/** A process that keeps what is written. */
export function ioOf({ env = {}, isTTY = false, stdin = "", fd = -1 }: Given = {}) {
  const written = { out: "", err: "" };
  const listeners: Record<"stdout" | "stderr", ((error: Error) => void)[]> = { stdout: [], stderr: [] };
  const exits: number[] = [];
  const io: Io = {
    stdout: {
      isTTY,
      fd,
      write: (text) => {
        written.out += text;
      },
      on: (_, listener) => listeners.stdout.push(listener),
    },
    stderr: {
      write: (text) => {
        written.err += text;
      },
      on: (_, listener) => listeners.stderr.push(listener),
    },
    stdin: (async function* () {
      yield stdin;
    })(),
    env,
    cwd: () => process.cwd(),
    getuid: () => 0,
    exit: (code) => exits.push(code),
  };
  const fail = (output: "stdout" | "stderr", code: string) => {
    for (const listener of listeners[output]) listener(Object.assign(new Error(code), { code }));
  };
  return { ...io, out: () => written.out, err: () => written.err, fail, exits };
}

/** Commands that all do the same. */
export function actionsThat(action: (options: CommandOptions, io: Io) => Promise<number>): Actions {
  return { run: action, render: action, diff: action, snapshot: action, status: action, demo: action };
}
