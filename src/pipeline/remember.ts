import type { Placing } from "../model/files.ts";
import { hashText } from "../model/hash.ts";
import type { Host, Intent } from "../model/host.ts";
import type { Memory } from "../model/memory.ts";
import type { Apply, Traces } from "./apply.ts";
import type { State } from "./states.ts";

/** What is remembered: only what was verified, or placed where nobody could be told. */
export async function memoryInForce({ intent, memory, world }: Apply, { running, placings }: Traces, state: State): Promise<Memory> {
  const verified = state.ending === "applied" && running?.verdict === "verified" ? running : null;
  return {
    ...intent.remember,
    generation: verified === null ? memory.generation : intent.generation,
    verified:
      verified === null
        ? null
        : { hash: intent.hash, at: verified.checked ? world.clock.wall() : null, master: verified.master, workers: verified.workers },
    placed: await placedNow(intent, placings, world.host),
  };
}

/** What is remembered of a return: the files from before stand anew, and who runs them is known only if that was verified. */
export function memoryBack({ intent, memory, world }: Apply, { restored, running }: Traces, { told }: State): Memory {
  const texts = new Map(intent.changes.map(({ path, before }) => [path, before]));
  const placed = memory.placed.map((file) => {
    const back = restored.find(({ path }) => path === file.path);
    return back !== undefined && hashText(texts.get(file.path) ?? "") === file.hash ? { ...file, ...back } : file;
  });
  if (!told || memory.verified === null) return { ...memory, placed };
  if (running?.verdict !== "verified") return { ...memory, placed, verified: null };
  const { master, workers, checked } = running;
  return { ...memory, placed, verified: { ...memory.verified, at: checked ? world.clock.wall() : null, master, workers } };
}

/** What was placed by whom is known from the placing itself, from memory, or else, late but safe, from what stands there now. */
async function placedNow({ remember }: Intent, placings: readonly Placing[], host: Host): Promise<Memory["placed"]> {
  const unknown = remember.placed.filter(
    ({ path, identity }) => identity.inode === "" && !placings.some((placing) => placing.path === path),
  );
  const [disk, { at }] = await Promise.all([host.read(unknown.map(({ path }) => path)), host.observe()]);
  return remember.placed.map((file) => {
    const standing = disk.find(({ path }) => path === file.path)?.identity;
    return {
      ...file,
      ...(standing == null ? {} : { identity: standing, placedAt: at }),
      ...placings.find(({ path }) => path === file.path),
    };
  });
}
