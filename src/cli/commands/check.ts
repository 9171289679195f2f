import { common, type Frame } from "../frame.ts";
import { fromOption, nginxVersionOption, timeoutOption } from "../shared-options.ts";

export function addCheck(frame: Frame): void {
  frame.program
    .command("check")
    .description("prove configuration, templates and Nginx before anything runs; writes nothing")
    .addOption(fromOption())
    .option("--strict", "exit 2 for warnings as well")
    .option("--json", "as JSON")
    .addOption(nginxVersionOption())
    .addOption(timeoutOption())
    .action(({ from = null, strict = false, json = false, timeout, ...own }) =>
      frame.perform(async () => (await import("../check.ts")).check, { ...common(frame, own), from, strict, json, timeoutMs: timeout }),
    );
}
