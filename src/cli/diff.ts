import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Configuration } from "../model/configuration.ts";
import type { DiskFile } from "../model/files.ts";
import { EMPTY_MEMORY } from "../model/memory.ts";
import { destinationsOf } from "../pipeline/prepare.ts";
import type { UserTemplates } from "../render/user-templates.ts";
import { UpstreamdError } from "../support/errors.ts";
import { refuseClash } from "./base-names.ts";
import { configurationOf } from "./configuration.ts";
import { differenceAsJson, differenceAsText } from "./difference.ts";
import type { Io } from "./io.ts";
import { sayLeftOut } from "./left-out.ts";
import { assumeNginx, lookAtNginx } from "./nginx.ts";
import type { DiffOptions } from "./options.ts";
import { type Premise, prepareOnce } from "./prepare-once.ts";
import { remembered } from "./remembered.ts";
import { obtainSnapshot } from "./snapshot-source.ts";
import { soundTemplates } from "./user-templates.ts";

/** `upstreamd diff`: what `run` would change, or what differs from a folder or between two snapshots. Writes nothing; exit 1 when something differs. */
export async function diff(options: DiffOptions, io: Io): Promise<number> {
  const configuration = await configurationOf(options, io);
  const userTemplates = await soundTemplates(configuration);
  const old = await oldSide(configuration, userTemplates, options, io);
  const snapshot = await obtainSnapshot(configuration, options.to ?? options.from, options.timeoutMs, io);
  const candidate = prepareOnce({ configuration, snapshot, userTemplates, ...old });
  sayLeftOut(candidate, io);
  for (const path of options.against === null && options.to === null ? candidate.foreign : [])
    io.stderr.write(`${path} was not written by upstreamd: run leaves it alone until it is started once with --adopt\n`);
  io.stdout.write(options.json ? differenceAsJson(candidate) : differenceAsText(candidate, options.color));
  return candidate.plan.files.length > 0 ? 1 : 0;
}

/** What is compared with, and the Nginx for which both sides are rendered. */
type OldSide = Pick<Premise, "nginx" | "memory" | "disk">;

async function oldSide(configuration: Configuration, userTemplates: UserTemplates, options: DiffOptions, io: Io): Promise<OldSide> {
  if (options.to !== null) return snapshotSide(configuration, userTemplates, options, io);
  if (options.against !== null) return folderSide(configuration, options.against, io);
  const { nginx, read } = await lookAtNginx(configuration, io);
  // Only a comparison with the live files for the file's own upstreams is what `run` would do, and so only that one remembers.
  const memory = await remembered(options, configuration, "comparing", io);
  return { nginx, memory, disk: await read(destinationsOf(configuration.settings, memory)) };
}

/** What the first snapshot would be rendered to. */
async function snapshotSide(
  configuration: Configuration,
  userTemplates: UserTemplates,
  { from, timeoutMs }: DiffOptions,
  io: Io,
): Promise<OldSide> {
  const [nginx, memory] = [assumeNginx(configuration, io), EMPTY_MEMORY];
  const snapshot = await obtainSnapshot(configuration, from, timeoutMs, io);
  const { files } = prepareOnce({ configuration, snapshot, memory, nginx, disk: [], userTemplates });
  const paths = destinationsOf(configuration.settings, memory);
  return { nginx, memory, disk: paths.map((path) => ({ path, text: files.get(path) ?? null, identity: null })) };
}

async function folderSide(configuration: Configuration, folder: string, io: Io): Promise<OldSide> {
  const paths = destinationsOf(configuration.settings, EMPTY_MEMORY);
  refuseClash(paths, `Cannot compare with ${folder}`);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw notAFolder(folder, "there is no such folder");
  const { nginx } = await lookAtNginx(configuration, io);
  return { nginx, memory: EMPTY_MEMORY, disk: await Promise.all(paths.map((path) => fileIn(folder, path))) };
}

async function fileIn(folder: string, path: string): Promise<DiskFile> {
  try {
    return { path, text: await readFile(join(folder, basename(path)), "utf8"), identity: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { path, text: null, identity: null };
    throw notAFolder(folder, String(error));
  }
}

function notAFolder(folder: string, because: string): UpstreamdError {
  return new UpstreamdError("USAGE", `Cannot compare with ${folder}: ${because}`, "Name a folder that render --out wrote.");
}
