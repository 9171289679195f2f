import { exitOf } from "../model/check/findings.ts";
import type { Configuration } from "../model/configuration.ts";
import { UpstreamdError } from "../support/errors.ts";
import { examine } from "./check/examine.ts";
import { findingsOf } from "./check/from-error.ts";
import { examinationAsJson, examinationAsText } from "./check/report.ts";
import { configurationOf } from "./configuration.ts";
import type { Io } from "./io.ts";
import type { CheckOptions } from "./options.ts";

/** `upstreamd check`: everything that would be in the way of `run`, all at once. Writes nothing; its exit code is that of the gravest finding. */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  const configuration = await configurationOrDocument(options, io);
  const examination = await examine(configuration, options, io);
  io.stdout.write(options.json ? examinationAsJson(examination) : examinationAsText(examination, options.color));
  return exitOf(examination.findings, options.strict);
}

/** Without a configuration there is nothing to examine: it ends as every command does, but who asked for a document gets one. */
async function configurationOrDocument(options: CheckOptions, io: Io): Promise<Configuration> {
  try {
    return await configurationOf(options, io);
  } catch (error) {
    if (options.json && error instanceof UpstreamdError) io.stdout.write(examinationAsJson({ findings: findingsOf(error), host: null }));
    throw error;
  }
}
