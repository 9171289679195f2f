import { type Finding, finding } from "../../model/check/findings.ts";
import type { Wanted } from "../../model/check/inclusions.ts";
import type { DiskFile } from "../../model/files.ts";
import { type DestinationFault, faultOfDestination } from "../../nginx/destination-fault.ts";
import { createDestinations } from "../../nginx/destinations.ts";

export interface SeenDestinations {
  readonly findings: readonly Finding[];
  /** Those of the wanted ones that are, or could be, files of ours. */
  readonly usable: readonly Wanted[];
  /** What stands at each path; nothing where it cannot be read. */
  readonly disk: readonly DiskFile[];
}

/** The Nginx that the destinations are for. */
export interface ForNginx {
  readonly config: string;
  /** Where there is none at all, there need not be its folders either. */
  readonly isHere: boolean;
}

/** Looks at every destination: `wanted` is what has to be usable, `paths` what may have to change. */
export async function checkDestinations(wanted: readonly Wanted[], paths: readonly string[], nginx: ForNginx): Promise<SeenDestinations> {
  const judged = wanted.map((file) => ({ file, fault: faultOfDestination(file.path, nginx.config) }));
  const findings = judged.flatMap(({ file, fault }) =>
    fault === null || (fault.fault === "no_folder" && !nginx.isHere) ? [] : [findingOf(file, fault)],
  );
  const usable = judged.flatMap(({ file, fault }) => (fault?.fault === "main_file" || fault?.fault === "not_a_file" ? [] : [file]));
  const { read } = createDestinations();
  const disk = paths.map(async (path) => {
    const readable = await read([path]).catch((): readonly DiskFile[] => []);
    return readable[0] ?? { path, text: null, identity: null };
  });
  return { findings, usable, disk: await Promise.all(disk) };
}

function findingOf({ path, setting }: Wanted, { fault, because }: DestinationFault): Finding {
  const code = fault === "not_permitted" ? "destination_unwritable" : "destination_unusable";
  return finding(code, setting, `${path} cannot be written: ${because}`, HINTS[fault]);
}

const HINTS: Readonly<Record<DestinationFault["fault"], string>> = {
  no_folder: "Make its folder first; upstreamd makes none.",
  main_file: "Name a file that it includes.",
  not_a_file: "Move it away, or choose the name of a file.",
  not_permitted: "Run upstreamd as a user that may, most often root; check as that user, too.",
};

/** What it means that a file at a destination is not ours. */
export function checkForeign(foreign: readonly string[], usable: readonly Wanted[], stateDir: string): readonly Finding[] {
  const hint = `Move it away, or start run or render --write once with --adopt: a copy is kept in ${stateDir}/kept.`;
  return usable.flatMap(({ path, setting }) =>
    foreign.includes(path)
      ? [finding("destination_foreign", setting, `${path} was not written by upstreamd, and is left alone`, hint)]
      : [],
  );
}
