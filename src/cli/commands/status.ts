import { common, type Frame } from "../frame.ts";

export function addStatus(frame: Frame): void {
  frame.program
    .command("status")
    .description("ask the running daemon: exit 0 in sync, 1 not, 3 no daemon")
    .option("--json", "as JSON")
    .option("--watch", "go on: at each change, and to a pipe at least every 10 s")
    .action(({ json = false, watch = false }) =>
      frame.perform(async () => (await import("../status.ts")).status, { ...common(frame), json, watch }),
    );
}
