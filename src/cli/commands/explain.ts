import type { Frame } from "../frame.ts";
import { algorithmOption, fromOption, nginxVersionOption, serviceOption, sourceOptions, timeoutOption } from "../shared-options.ts";

export function addExplain(frame: Frame): void {
  frame.program
    .command("explain")
    .description("say of every registered instance whether it takes requests, and why")
    .argument("[UPSTREAM]", "this upstream only")
    .option("--json", "as JSON")
    .addOption(fromOption())
    .addOption(serviceOption())
    .addOption(algorithmOption())
    .addOption(nginxVersionOption())
    .addOption(timeoutOption())
    .action((upstream, { json = false, ...source }) =>
      frame.perform(async () => (await import("../explain.ts")).explain, {
        ...sourceOptions(frame, source),
        upstream: upstream ?? null,
        json,
      }),
    );
}
