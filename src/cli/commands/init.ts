import { common, type Frame } from "../frame.ts";
import { plain, timeoutOption } from "../shared-options.ts";

export function addInit(frame: Frame): void {
  const command = frame.program
    .command("init")
    .description("look at this machine and write a first configuration")
    .option("--out <FILE>", "the file (default: ./upstreamd.yaml); never one that is there", plain)
    // An agent on this machine answers at once, and a file is written without it as well.
    .addOption(timeoutOption(5));
  command.action(({ out = null, timeout }) => {
    if (frame.program.getOptionValue("config") !== undefined)
      command.error("option '--config' names a file that is read; '--out' names the one that is written");
    return frame.perform(async () => (await import("../init.ts")).init, { ...common(frame), out, timeoutMs: timeout });
  });
}
