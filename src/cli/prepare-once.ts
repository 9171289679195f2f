import { believe, recall } from "../model/belief.ts";
import type { Configuration } from "../model/configuration.ts";
import type { DiskFile } from "../model/files.ts";
import type { Memory } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Candidate, prepare } from "../pipeline/prepare.ts";
import { loadTemplates } from "../render/templates.ts";

/** What a one-shot command decides on. */
export interface Premise {
  readonly configuration: Configuration;
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  readonly nginx: NginxNow;
  readonly disk: readonly DiskFile[];
}

/** The candidate that the daemon would make of the same premise: one path for `run`, `render` and `diff`. */
export function prepareOnce({ configuration, snapshot, memory, nginx, disk }: Premise): Candidate {
  const { settings } = configuration;
  const { belief } = believe(recall(memory, settings), snapshot, settings, 0);
  return prepare({ belief, memory, settings, templates: loadTemplates() }, { nginx, disk });
}
