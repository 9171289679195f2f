import { common, type Frame } from "../frame.ts";

export function addRun(frame: Frame): void {
  frame.program
    .command("run")
    .description("keep Nginx true to Consul until told to stop")
    .option("--adopt", "take over a file at a destination that is not ours (it is kept aside)")
    .action(({ adopt = false }) => frame.perform(async () => (await import("../run.ts")).run, { ...common(frame), adopt }));
}
