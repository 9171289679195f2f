import { common, type Frame } from "../frame.ts";
import { plain, timeoutOption } from "../shared-options.ts";

export function addSnapshot(frame: Frame): void {
  frame.program
    .command("snapshot")
    .description("write what Consul says now, for --from")
    .option("--out <FILE>", "the file (default: stdout)", plain)
    .addOption(timeoutOption())
    .action(({ out = null, timeout }) =>
      frame.perform(async () => (await import("../snapshot.ts")).snapshot, { ...common(frame), out, timeoutMs: timeout }),
    );
}
