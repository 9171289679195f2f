import type { Command } from "@commander-js/extra-typings";
import type { Io } from "../../src/cli/io.ts";
import { buildProgram } from "../../src/cli/program.ts";

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

/** The program with commands that do nothing. */
export function programOf(io: Io): Command {
  return buildProgram(io, async () => undefined);
}
