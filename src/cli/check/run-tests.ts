import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Finding, finding } from "../../model/check/findings.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { FileEdits } from "../../model/files.ts";
import type { Host } from "../../model/host.ts";
import { createHost } from "../../nginx/host.ts";
import { exists } from "../../nginx/include-tree.ts";
import { removeShadow } from "../../nginx/shadow.ts";
import type { Survey } from "../../nginx/survey.ts";
import { systemClock } from "../../support/clock.ts";
import { SILENT } from "../../support/log.ts";
import { checkTests, type Tested, type TestPlace } from "./check-tests.ts";

export interface TestRun extends TestPlace {
  readonly configuration: Configuration;
  readonly survey: Survey;
  /** Every destination, links not followed. */
  readonly paths: readonly string[];
}

/** Tests with the machine's own Nginx, and asks whether a reload could begin now. */
export async function runTests(edits: FileEdits, { configuration, survey, paths, ...place }: TestRun): Promise<Tested> {
  const { nginx, settings, stateDir } = configuration;
  const host = createHost({
    settings: nginx,
    destinations: paths,
    streamOutput: settings.outputs.stream,
    stateDir,
    clock: systemClock,
    log: SILENT,
  });
  const tested = await withoutTrace(stateDir, () => checkTests(edits, host, place));
  return { ...tested, findings: [...tested.findings, ...(survey.now.isHidden ? [] : await checkReload(host, survey))] };
}

async function checkReload(host: Host, { installation }: Survey): Promise<readonly Finding[]> {
  const because = await host.obstacle();
  if (because === null) return [];
  const hint = "Nothing is placed until that is over; status of a running daemon says when.";
  return [finding("reload_impossible", installation.pidFile, `a reload could not begin now: ${because}`, hint)];
}

/** A test makes its folder in the state folder, and that one where it is missing; a check leaves neither behind. */
async function withoutTrace<T>(stateDir: string, work: () => Promise<T>): Promise<T> {
  const missing = missingFolders(join(stateDir, "shadow"));
  try {
    return await work();
  } finally {
    // No verdict waits for that.
    await removeShadow(stateDir).catch(() => undefined);
    // One that is not empty is somebody else's by now.
    for (const folder of missing) await rmdir(folder).catch(() => undefined);
  }
}

/** The innermost first. */
function missingFolders(folder: string): readonly string[] {
  return exists(folder) || dirname(folder) === folder ? [] : [folder, ...missingFolders(dirname(folder))];
}
