import type { Belief } from "../model/belief.ts";
import type { Host } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Settings } from "../model/settings.ts";
import type { Templates } from "../render/templates.ts";
import { type Candidate, destinationsOf, type Observed, prepare } from "./prepare.ts";

/** What is believed, remembered and wanted: the arguments of every decision but the machine itself. */
export interface Standpoint {
  readonly belief: Belief;
  readonly memory: Memory;
  readonly settings: Settings;
  readonly templates: Templates;
}

/** Looks at the machine and prepares a candidate for it. Reads only. */
export async function look(
  { belief, memory, settings, templates }: Standpoint,
  host: Host,
): Promise<{ candidate: Candidate; observed: Observed }> {
  const [nginx, disk] = await Promise.all([host.observe(), host.read(destinationsOf(settings.outputs, memory))]);
  const observed = { nginx, disk };
  return { candidate: prepare(belief, memory, settings, observed, templates), observed };
}
