import { Command } from "@commander-js/extra-typings";
import { EXITS } from "../support/errors.ts";
import { addCheck } from "./commands/check.ts";
import { addDemo } from "./commands/demo.ts";
import { addDiff } from "./commands/diff.ts";
import { addExplain } from "./commands/explain.ts";
import { addInit } from "./commands/init.ts";
import { addRender } from "./commands/render.ts";
import { addRun } from "./commands/run.ts";
import { addSnapshot } from "./commands/snapshot.ts";
import { addStatus } from "./commands/status.ts";
import type { Perform } from "./frame.ts";
import type { Io } from "./io.ts";
import { SETTING_FLAGS } from "./settings-flags.ts";
import { plain } from "./shared-options.ts";
import { version } from "./version.ts";

/** Every command, in the order of the help. */
const COMMANDS = [addRun, addRender, addDiff, addCheck, addExplain, addSnapshot, addStatus, addInit, addDemo];

/** The command line: every command and option of this version. `parseAsync` has the command performed that was asked for. */
export function buildProgram(io: Io, perform: Perform): Command {
  const program = globalProgram(io);
  for (const add of COMMANDS) add({ program, io, perform });
  return program;
}

function globalProgram(io: Io): Command {
  const program = new Command("upstreamd");
  program
    .description("Keeps Nginx's upstreams true to Consul: watches, renders, tests, reloads and verifies.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // The text of an error is `main`'s business.
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined,
    });
  for (const { flag, short, argument, variable, description } of SETTING_FLAGS) {
    const names = short === undefined ? flag : `${short}, ${flag}`;
    program.option(`${names} <${argument}>`, `${description} [${variable}]`, plain);
  }
  program.option("--no-color", "no colour [NO_COLOR]");
  program.addHelpText("after", exitHelp);
  return program;
}

function exitHelp(): string {
  const lines = Object.entries(EXITS).map(([exit, means]) => `  ${exit.padEnd(3)} ${means.replaceAll("`", "")}`);
  return `\nExit codes:\n${lines.join("\n")}`;
}
