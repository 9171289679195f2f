import { type ChildProcess, spawn } from "node:child_process";
import { childEnvironment } from "./child-environment.ts";

/** A place for one process that was started before it is needed. */
export interface Threshold {
  /** Has a process wait that is to become this command. */
  await(argv: readonly string[]): void;
  /** Lets the process go on that waits to become just this command; null where none does. */
  admit(argv: readonly string[]): ChildProcess | null;
}

/** A word on stdin, and the shell becomes the command; without the word, because we ended, it ends as well. */
const SHELL = ["/bin/sh", "-c", 'read -r word && exec "$@"', "sh"] as const;

/**
 * Starting a process takes a daemon some milliseconds, since all its memory is mapped anew. It can be done before there is a change to
 * be tested (docs/adr/0017-the-next-test-stands-ready.md).
 */
export function createThreshold(): Threshold {
  let waiting: { readonly child: ChildProcess; readonly command: string } | null = null;
  const dismiss = () => {
    waiting?.child.kill("SIGKILL");
    waiting = null;
  };
  return {
    await: (argv) => {
      const command = JSON.stringify(argv);
      if (waiting?.command === command) return;
      dismiss();
      const child = startWaiting(argv);
      waiting = { child, command };
      const forget = () => {
        if (waiting?.child === child) waiting = null;
      };
      child.once("error", forget).once("exit", forget);
    },
    admit: (argv) => {
      if (waiting?.command !== JSON.stringify(argv)) return null;
      const { child } = waiting;
      waiting = null;
      hold(child, true);
      child.stdin?.end("go\n");
      return child;
    },
  };
}

function startWaiting(argv: readonly string[]): ChildProcess {
  const [file, ...args] = SHELL;
  const child = spawn(file, [...args, ...argv], { detached: true, stdio: ["pipe", "pipe", "pipe"], env: childEnvironment() });
  // It may end before the word reaches it.
  child.stdin?.on("error", () => undefined);
  hold(child, false);
  return child;
}

/** What keeps us running as long as it is open: the process, and its pipes, which their types call streams. */
type Held = { readonly ref: () => unknown; readonly unref: () => unknown } | null;

/** Whether we stay for it: a process that only waits must not keep us. */
function hold(child: ChildProcess, isNeeded: boolean): void {
  for (const held of [child, child.stdin, child.stdout, child.stderr] as readonly unknown[] as readonly Held[]) {
    if (isNeeded) held?.ref();
    else held?.unref();
  }
}
