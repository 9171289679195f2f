import type { Command } from "@commander-js/extra-typings";
import type { Io } from "./io.ts";
import { type CommandOptions, commandOptions, type OwnOverrides } from "./options.ts";

/** What a command does with its options; it gives the exit code. */
export type Action<Options extends CommandOptions> = (options: Options, io: Io) => Promise<number>;

/** Has a command done, once it is known which: only then is it loaded, so that `--version` and `--help` are quick. */
export type Perform = <Options extends CommandOptions>(load: () => Promise<Action<Options>>, options: Options) => Promise<void>;

/** What a command's definition adds itself to. */
export interface Frame {
  readonly program: Command;
  readonly io: Io;
  readonly perform: Perform;
}

/** What the options before every command say, with what this one adds of its own. Throws `USAGE` where a value is not one of its words. */
export function common({ program, io }: Frame, own: OwnOverrides = {}): CommandOptions {
  return commandOptions(program.opts(), io, own);
}
