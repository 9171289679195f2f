import { CommanderError } from "commander";
import { visible } from "../config/visible.ts";
import { ERRORS, UpstreamdError } from "../support/errors.ts";
import type { Action } from "./frame.ts";
import type { Io, Output } from "./io.ts";
import type { CommandOptions } from "./options.ts";
import { buildProgram } from "./program.ts";
import { reportTo, version } from "./version.ts";

/** The exit code of a bug of ours. */
const BUG = 70;
/** The exit codes of a command that did what it was asked to. */
const RESULTS: readonly number[] = [0, 1];

/**
 * Runs one command line and gives its exit code. The only place where errors become text: what the user can mend is
 * one message with a hint, anything else is a bug with its stack. `instead`, where it is given, stands in for every command.
 */
export async function main(argv: readonly string[], io: Io, instead: Action<CommandOptions> | null = null): Promise<number> {
  const settle = watchOutputs(io);
  let exit = 0;
  try {
    const program = buildProgram(io, async (load, options) => {
      const action = instead ?? (await load());
      exit = await action(options, io);
    });
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    exit = await report(error, io.stderr);
  }
  return settle(exit);
}

/**
 * Keeps a failed write from being an uncaught exception. The result is told how the command ended and says the exit code:
 * a result that nobody can have is no success. Who reads may go before all is written, as `head` does: no reason to complain.
 */
function watchOutputs(io: Io): (exit: number) => number {
  let failed = false;
  let ended: number | null = null;
  const mended = (exit: number) => (failed && RESULTS.includes(exit) ? ERRORS.USAGE.exit : exit);
  io.stdout.on?.("error", (error) => {
    if ((error as NodeJS.ErrnoException).code === "EPIPE" || failed) return;
    failed = true;
    io.stderr.write(`upstreamd: Cannot write to stdout: ${visible(error.message)}\n`);
    if (ended !== null && mended(ended) !== ended) io.exit?.(mended(ended));
  });
  // There is nowhere left to say it, and a daemon does not stop for a log that is full.
  io.stderr.on?.("error", () => undefined);
  return (exit) => {
    ended = exit;
    return mended(exit);
  };
}

async function report(error: unknown, stderr: Output): Promise<number> {
  if (error instanceof CommanderError) return reportUsage(error, stderr);
  if (error instanceof UpstreamdError) {
    stderr.write(visible(`upstreamd: ${error.message}\n${error.hint}\n[${error.code}]\n`));
    return error.exit;
  }
  const { originalStack } = await import("./original-stack.ts");
  const stack = originalStack(error instanceof Error ? (error.stack ?? error.message) : String(error));
  stderr.write(
    `upstreamd: this is a bug in upstreamd ${version()}.\n${visible(stack)}\nPlease report it, with the text above: ${reportTo()}\n`,
  );
  return BUG;
}

/** Help that was asked for is no error; help that stands for a missing command is one, and was printed already. */
function reportUsage({ code, exitCode, message }: CommanderError, stderr: Output): number {
  if (exitCode === 0) return 0;
  if (code !== "commander.help") {
    stderr.write(`upstreamd: ${visible(message.replace(/^error: /, ""))}\nRun upstreamd --help, or upstreamd COMMAND --help.\n[USAGE]\n`);
  }
  return ERRORS.USAGE.exit;
}
