import { Option } from "@commander-js/extra-typings";
import type { Frame } from "../frame.ts";
import { algorithmOption, fromOption, nginxVersionOption, plain, serviceOption, sourceOptions, timeoutOption } from "../shared-options.ts";

export function addDiff(frame: Frame): void {
  const command = frame.program
    .command("diff")
    .description("say what would change; exit 1 when something would")
    .addOption(fromOption())
    .addOption(new Option("--to <FILE>", "compare the snapshot of --from with this one").argParser(plain).conflicts("against"))
    .option("--against <DIR>", "compare with a folder that render --out wrote, instead of the live files", plain)
    .option("--json", "as JSON")
    .addOption(serviceOption())
    .addOption(algorithmOption())
    .addOption(nginxVersionOption())
    .addOption(timeoutOption());
  command.action(({ to = null, against = null, json = false, ...source }) => {
    if (to !== null && source.from === undefined) command.error("option '--to' needs '--from'");
    return frame.perform(async () => (await import("../diff.ts")).diff, { ...sourceOptions(frame, source), to, against, json });
  });
}
