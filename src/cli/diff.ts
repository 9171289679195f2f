import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Configuration } from "../model/configuration.ts";
import type { DiskFile } from "../model/files.ts";
import { EMPTY_MEMORY, type Memory } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { createHost } from "../nginx/host.ts";
import { type Candidate, destinationsOf } from "../pipeline/prepare.ts";
import { peekMemory } from "../state/store.ts";
import { systemClock } from "../support/clock.ts";
import { UpstreamdError } from "../support/errors.ts";
import { SILENT } from "../support/log.ts";
import { configurationOf } from "./configuration.ts";
import { differenceAsJson, differenceAsText } from "./difference.ts";
import type { Io } from "./io.ts";
import type { DiffOptions } from "./options.ts";
import { prepareOnce } from "./prepare-once.ts";
import { sayVersion } from "./say-version.ts";
import { obtainSnapshot } from "./snapshot-source.ts";

/** `upstreamd diff`: what `run` would change, or what differs from a folder or between two snapshots. Writes nothing; exit 1 when something differs. */
export async function diff(options: DiffOptions, io: Io): Promise<number> {
  const configuration = await configurationOf(options, io);
  const host = createHost({
    settings: configuration.nginx,
    destinations: [],
    stateDir: configuration.stateDir,
    clock: systemClock,
    log: SILENT,
  });
  const nginx = await host.observe();
  sayVersion(nginx, io);
  const memory = await memoryFor(options, configuration, io);
  const disk = await oldSide(configuration, options, nginx, memory, host.read);
  const snapshot = await obtainSnapshot(configuration, options.to ?? options.from, options.timeoutMs);
  const candidate = prepareOnce({ configuration, snapshot, memory, nginx, disk });
  warnOfForeign(candidate, options, io);
  io.stdout.write(options.json ? differenceAsJson(candidate) : differenceAsText(candidate, options.color));
  return candidate.plan.files.length > 0 ? 1 : 0;
}

/** Only a comparison with the live files is what `run` would do, and so only that one remembers. */
async function memoryFor({ against, to, services }: DiffOptions, { stateDir }: Configuration, io: Io): Promise<Memory> {
  if (against !== null || to !== null || services.length > 0) return EMPTY_MEMORY;
  const { memory, problem } = await peekMemory(stateDir);
  if (problem !== null) io.stderr.write(`${problem}; comparing as on a first day\n`);
  return memory;
}

async function oldSide(
  configuration: Configuration,
  options: DiffOptions,
  nginx: NginxNow,
  memory: Memory,
  read: (paths: readonly string[]) => Promise<readonly DiskFile[]>,
): Promise<readonly DiskFile[]> {
  const paths = destinationsOf(configuration.settings.outputs, memory);
  if (options.against !== null) return Promise.all(paths.map((path) => fileIn(options.against ?? "", path)));
  if (options.to === null) return read(paths);
  const before = await obtainSnapshot(configuration, options.from, options.timeoutMs);
  const { files } = prepareOnce({ configuration, snapshot: before, memory: EMPTY_MEMORY, nginx, disk: [] });
  return paths.map((path) => ({ path, text: files.get(path) ?? null, identity: null }));
}

async function fileIn(folder: string, path: string): Promise<DiskFile> {
  try {
    return { path, text: await readFile(join(folder, basename(path)), "utf8"), identity: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { path, text: null, identity: null };
    throw new UpstreamdError("USAGE", `Cannot compare with ${folder}: ${String(error)}`, "Name a folder that render --out wrote.");
  }
}

function warnOfForeign({ foreign }: Candidate, { against, to }: DiffOptions, io: Io): void {
  if (against !== null || to !== null) return;
  for (const path of foreign)
    io.stderr.write(`${path} was not written by upstreamd: run leaves it alone until it is started once with --adopt\n`);
}
