import type { DiskFile } from "../model/files.ts";
import type { Intent, Journal } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Deployed, World } from "./apply.ts";
import { carryOut } from "./carry-out.ts";
import type { Candidate } from "./prepare.ts";

/** Puts a candidate into force: carries out, on `world`, what the protocol says. Expected failures are outcomes; it does not throw for them. */
export async function deploy(candidate: Candidate, memory: Memory, world: World): Promise<Deployed> {
  return carryOut(
    { kind: "begin" },
    { memory, intent: candidate.intent, changes: candidate.changes, repairs: repairsOf(candidate), world },
  );
}

/**
 * Finishes or takes back an apply that was left half done, by this process or by one that was killed. What somebody else wrote
 * meanwhile is kept aside first.
 */
export async function recover(intent: Intent, memory: Memory, world: World): Promise<Deployed> {
  const disk = await world.host.read(intent.changes.map(({ path }) => path));
  const inForce = intent.generation <= memory.generation && intent.hash === memory.verified?.hash;
  const side = inForce ? "in_force" : whichSide(intent, disk);
  if (side === "mixed") await keepStrangers(intent, disk, world.journal);
  return carryOut({ kind: "recover", disk: side }, { memory, intent, changes: [], repairs: null, world });
}

/** Where nothing of ours was placed yet, it is not ours to touch, whatever stands there. */
function whichSide(intent: Intent, disk: readonly DiskFile[]): "before" | "after" | "mixed" {
  const texts = new Map(disk.map(({ path, text }) => [path, text]));
  if (intent.changes.every(({ path, after }) => texts.get(path) === after)) return "after";
  return intent.changes.some(({ path, after }) => texts.get(path) === after) ? "mixed" : "before";
}

async function keepStrangers(intent: Intent, disk: readonly DiskFile[], journal: Journal): Promise<void> {
  for (const { path, before, after } of intent.changes) {
    const text = disk.find((file) => file.path === path)?.text ?? null;
    if (text !== null && text !== before && text !== after) await journal.keep(path);
  }
}

function repairsOf({ tampered }: Candidate): string | null {
  const parts = tampered.map(({ path, how }) => `${path}, which somebody else had ${how}`);
  return parts.length === 0 ? null : `restored ${parts.join(" and ")}`;
}
