import { type Child, startChild } from "./child.ts";

export interface PtyOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a command on a terminal of its own, ends with its exit code, and types Ctrl-C when it gets SIGUSR1. */
const RUN = `
import fcntl, json, os, pty, signal, struct, sys, termios
columns, rows = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    sys.stdin.readline()
    os.execve(sys.argv[4], sys.argv[4:], json.loads(sys.argv[3]))
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
signal.signal(signal.SIGUSR1, lambda *_: os.write(terminal, b"\\x03"))
os.write(terminal, b"\\n")
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Starts a command on a pseudo-terminal of this size; what it shows is the child's stdout. `SIGUSR1` is Ctrl-C there. */
export function startOnTerminal(command: string, args: readonly string[], { columns, rows, env }: PtyOptions): Child {
  return startChild("python3", ["-c", RUN, String(columns), String(rows), JSON.stringify(env), command, ...args]);
}
