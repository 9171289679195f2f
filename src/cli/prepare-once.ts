import { believe, recall } from "../model/belief.ts";
import type { Configuration } from "../model/configuration.ts";
import type { DiskFile } from "../model/files.ts";
import type { Memory } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Candidate, prepare } from "../pipeline/prepare.ts";
import { refuseFaulty } from "../pipeline/templates-in-force.ts";
import { loadTemplates } from "../render/templates.ts";
import type { UserTemplates } from "../render/user-templates.ts";

/** What a one-shot command decides on. */
export interface Premise {
  readonly configuration: Configuration;
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  readonly nginx: NginxNow;
  readonly disk: readonly DiskFile[];
  readonly userTemplates: UserTemplates;
}

/** The candidate that the daemon would make of the same premise: one path for `run`, `render` and `diff`. Throws `TEMPLATE` where it would go on without one. */
export function prepareOnce(premise: Premise): Candidate {
  const candidate = prepareAnyway(premise);
  refuseFaulty(candidate.templates);
  return candidate;
}

/** The same, for who wants to hear of every template that is no good. */
export function prepareAnyway({ configuration, snapshot, memory, nginx, disk, userTemplates }: Premise): Candidate {
  const { settings } = configuration;
  const { belief } = believe(recall(memory, settings), snapshot, settings, 0);
  return prepare({ belief, memory, settings, templates: loadTemplates(), userTemplates }, { nginx, disk });
}
