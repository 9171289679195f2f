import { common, type Frame } from "../frame.ts";

export function addDemo(frame: Frame): void {
  frame.program
    .command("demo")
    .description("show it all on this machine, with a stand-in for Consul")
    .option("--fast", "without pauses for reading")
    .action(({ fast = false }) => frame.perform(async () => (await import("../demo.ts")).demo, { ...common(frame), fast }));
}
