import type { Command } from "commander";
import { SETTING_FLAGS } from "../../src/cli/settings-flags.ts";
import { ioOf, programOf } from "../cli/frame.ts";
import { table } from "./pages.ts";

/** The help of the program and of each command, as a terminal of a fixed width shows it; global options once. */
export function commandHelp(): string {
  const program = programOf(ioOf());
  const sections = [program, ...program.commands].map((command) => {
    const name = command === program ? "upstreamd" : `upstreamd ${command.name()}`;
    return `## \`${name}\`\n\n\`\`\`text\n${helpOf(command as unknown as Command)}\n\`\`\``;
  });
  return sections.join("\n\n");
}

/** Every setting that has a flag and a variable. */
export function flagTable(): string {
  const rows = SETTING_FLAGS.map(({ flag, argument, variable, setting, description }) => [
    `\`${flag} ${argument}\``,
    `\`${variable}\``,
    setting === null ? "" : `\`${setting}\``,
    description,
  ]);
  return table(["flag", "variable", "key in the file", "means"], rows);
}

function helpOf(command: Command): string {
  command.configureHelp({ ...command.configureHelp(), showGlobalOptions: false, helpWidth: 120 });
  return command.helpInformation().trimEnd();
}
