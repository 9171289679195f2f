import type { Clock } from "../model/clock.ts";
import type { NginxSettings } from "../model/configuration.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { type Build, createBuilds } from "./build.ts";
import { createRun } from "./command.ts";
import { createIncludeTree, type IncludeTree } from "./include-tree.ts";
import { createIdentify, type Installation } from "./installation.ts";
import { observe, runningBinary } from "./observe.ts";

/** All that one look tells of the Nginx of this machine. */
export interface Survey {
  readonly installation: Installation;
  readonly now: NginxNow;
  /** What the running master was built as; null where none runs, or its binary cannot be asked. */
  readonly running: Build | null;
  readonly tree: IncludeTree;
}

/** Looks at an Nginx and touches nothing; starts at most `nginx -V`, once a binary. */
export async function surveyNginx(settings: NginxSettings, clock: Clock): Promise<Survey> {
  const tree = createIncludeTree();
  const buildOf = createBuilds(createRun(clock), settings.timeoutMs);
  const installation = await createIdentify(settings, buildOf, tree)();
  const now = await observe({ buildOf, version: settings.version }, installation);
  return { installation, now, running: now.master === null ? null : await buildOf(runningBinary(now.master.pid)), tree };
}
