import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Configuration } from "../model/configuration.ts";
import type { FileSet } from "../model/files.ts";
import { EMPTY_MEMORY } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { refuseClash } from "./base-names.ts";
import { configurationOf } from "./configuration.ts";
import type { Io } from "./io.ts";
import { sayLeftOut } from "./left-out.ts";
import { assumeNginx, lookAtNginx } from "./nginx.ts";
import type { RenderOptions } from "./options.ts";
import { obtainSnapshot } from "./snapshot-source.ts";
import { soundTemplates } from "./user-templates.ts";

/** `upstreamd render`: once, to stdout, to a folder, or into force. */
export async function render(options: RenderOptions, io: Io): Promise<number> {
  const configuration = await configurationOf(options, io);
  if (options.write) return (await import("./write.ts")).write(configuration, options, io);
  const files = await renderOnce(configuration, options, io);
  if (options.out === null) io.stdout.write(asText(files));
  else await writeInto(options.out, files, io);
  return 0;
}

/** With empty memory the bytes depend on snapshot, settings, version and templates alone. */
async function renderOnce(configuration: Configuration, options: RenderOptions, io: Io): Promise<FileSet> {
  const userTemplates = await soundTemplates(configuration);
  const [nginx, snapshot, { prepareOnce }] = await Promise.all([
    nginxToRenderFor(configuration, io),
    obtainSnapshot(configuration, options.from, options.timeoutMs, io),
    import("./prepare-once.ts"),
  ]);
  const candidate = prepareOnce({ configuration, snapshot, memory: EMPTY_MEMORY, nginx, disk: [], userTemplates });
  sayLeftOut(candidate, io);
  return candidate.files;
}

/** Only its version shows in what is printed: where that was named, nobody is asked. */
async function nginxToRenderFor(configuration: Configuration, io: Io): Promise<NginxNow> {
  return configuration.nginx.version === null ? (await lookAtNginx(configuration, io)).nginx : assumeNginx(configuration, io);
}

/** Each file preceded by its path when there is more than one. */
function asText(files: FileSet): string {
  if (files.size === 1) return [...files.values()].join("");
  return [...files].map(([path, text]) => `# ---- ${path}\n${text}`).join("");
}

async function writeInto(folder: string, files: FileSet, io: Io): Promise<void> {
  const paths = [...files.keys()];
  refuseClash(paths, `Cannot write to ${folder}`);
  try {
    await mkdir(folder, { recursive: true });
    for (const [path, text] of files) await writeFile(join(folder, basename(path)), text);
  } catch (error) {
    throw new UpstreamdError("USAGE", `Cannot write to ${folder}: ${messageOf(error)}`, "Name a folder that this user may write to.");
  }
  io.stderr.write(`wrote ${paths.map((path) => basename(path)).join(", ")} to ${folder}\n`);
}
