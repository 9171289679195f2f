import type { Memory } from "../model/memory.ts";
import { isStartingWith } from "../model/running.ts";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import type { Deployed, World } from "./apply.ts";
import { deploy, recover } from "./deploy.ts";
import { type Candidate, destinationsOf, type Inputs, type Observed, prepare } from "./prepare.ts";

/** What may be done, beyond what is wanted. */
export interface Policy {
  /** Whether a file that is not ours may be taken over. */
  readonly adopt: boolean;
  /** Whether it is up to us to tell Nginx. */
  readonly reloads: boolean;
  /** Whether what runs is verified, and not only believed. */
  readonly verifies: boolean;
}

/**
 * What a look shows, and what there is to do about it. `foreign`: there is something, but a file that is not ours is in the
 * way. `wait`: Nginx is only just starting, and soon will be something that can be told.
 */
export interface Sight {
  readonly candidate: Candidate;
  readonly observed: Observed;
  readonly work: "none" | "foreign" | "wait" | "apply";
}

/** Looks at the machine and prepares a candidate for it. Reads only. */
export async function look(inputs: Inputs, { host }: World, policy: Policy): Promise<Sight> {
  const [nginx, disk] = await Promise.all([host.observe(), host.read(destinationsOf(inputs.settings, inputs.memory))]);
  const observed = { nginx, disk };
  const candidate = prepare(inputs, observed);
  return { candidate, observed, work: workOf(candidate, observed, policy) };
}

/** Puts what was seen to be wanted into force; what somebody else wrote at a destination is kept first. */
export async function apply({ candidate }: Sight, memory: Memory, world: World, log: Log): Promise<Deployed> {
  for (const { path, how } of candidate.tampered) log.warn("a destination was changed by somebody else; restoring it", { path, how });
  for (const path of [...candidate.foreign, ...candidate.tampered.map((file) => file.path)]) {
    await world.journal.keep(path);
  }
  return deploy(candidate, memory, world);
}

/** Finishes or takes back an apply that was left half done, and clears away what it left beside the destinations. */
export async function takeUp(open: NonNullable<Deployed["open"]>, memory: Memory, world: World, log: Log): Promise<Deployed> {
  log.warn("an apply was left half done; finishing it or taking it back", { generation: open.generation });
  const deployed = await recover(open, memory, world);
  // What lies about beside the destinations harms nobody; not to hear that it is done would.
  if (deployed.open === null)
    await world.host
      .discard(open.changes.map(({ path }) => path))
      .catch((error: unknown) => log.warn("cannot remove what was staged", { reason: messageOf(error) }));
  return deployed;
}

/**
 * Something must change on disk, or it is not known that Nginx runs what is there. Where nobody can be told (no Nginx, or
 * `reload: none`), that the files are ours and in place is all that can be had.
 */
function workOf(candidate: Candidate, { nginx }: Observed, { adopt, reloads }: Policy): Sight["work"] {
  if (candidate.foreign.length > 0 && !adopt) return "foreign";
  if (nginx.isStarting && reloads) return "wait";
  if (candidate.plan.files.length > 0) return "apply";
  if (candidate.known) return "none";
  const { placed } = candidate.intent.remember;
  if (!placed.every(({ identity }) => identity.inode !== "")) return "apply";
  if (isStartingWith(nginx, placed)) return "wait";
  return nginx.state === "stopped" || !reloads ? "none" : "apply";
}
