import { common, type Frame } from "../frame.ts";
import { plain, timeoutOption } from "../shared-options.ts";

export function addInit(frame: Frame): void {
  frame.program
    .command("init")
    .description("look at this machine and write a first configuration")
    .option("--out <FILE>", "the file (default: ./upstreamd.yaml); never one that is there", plain)
    .addOption(timeoutOption())
    .action(({ out = null, timeout }) =>
      frame.perform(async () => (await import("../init.ts")).init, { ...common(frame), out, timeoutMs: timeout }),
    );
}
