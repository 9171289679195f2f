import type { Io } from "../../src/cli/io.ts";
import type { CommandOptions } from "../../src/cli/options.ts";
import type { Actions } from "../../src/cli/program.ts";

/** A process that keeps what is written. */
export function ioOf({ env = {}, isTTY = false, stdin = "" }: { env?: Record<string, string>; isTTY?: boolean; stdin?: string } = {}) {
  const written = { out: "", err: "" };
  const listeners: ((error: Error) => void)[] = [];
  const io: Io = {
    stdout: {
      isTTY,
      write: (text) => {
        written.out += text;
      },
      on: (_, listener) => listeners.push(listener),
    },
    stderr: {
      write: (text) => {
        written.err += text;
      },
    },
    stdin: (async function* () {
      yield stdin;
    })(),
    env,
    cwd: () => process.cwd(),
    getuid: () => 0,
  };
  const fail = (code: string) => {
    for (const listener of listeners) listener(Object.assign(new Error(code), { code }));
  };
  return { ...io, out: () => written.out, err: () => written.err, failStdout: fail };
}

/** Commands that all do the same. */
export function actionsThat(action: (options: CommandOptions, io: Io) => Promise<number>): Actions {
  return { run: action, render: action, diff: action, snapshot: action, status: action, demo: action };
}
