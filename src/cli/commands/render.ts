import { Option } from "@commander-js/extra-typings";
import type { Frame } from "../frame.ts";
import { algorithmOption, fromOption, nginxVersionOption, plain, serviceOption, sourceOptions, timeoutOption } from "../shared-options.ts";

export function addRender(frame: Frame): void {
  const command = frame.program
    .command("render")
    .description("render once: to stdout, to a folder, or into force")
    .addOption(new Option("--write", "put it into force: test, place, reload, verify").conflicts("out"))
    .option("--out <DIR>", "write the files to a folder", plain)
    .option("--adopt", "with --write: take over a file at a destination that is not ours (it is kept aside)")
    .addOption(fromOption())
    .addOption(serviceOption())
    .addOption(algorithmOption())
    .addOption(nginxVersionOption())
    .addOption(timeoutOption());
  command.action(({ write = false, adopt = false, out = null, ...source }) => {
    if (adopt && !write) command.error("option '--adopt' needs '--write'");
    return frame.perform(async () => (await import("../render.ts")).render, { ...sourceOptions(frame, source), write, adopt, out });
  });
}
