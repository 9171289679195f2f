import type { Configuration } from "../model/configuration.ts";
import { EMPTY_MEMORY, type Memory } from "../model/memory.ts";
import { peekMemory } from "../state/store.ts";
import type { Io } from "./io.ts";
import type { SourceOptions } from "./options.ts";

/**
 * What the daemon remembers, for a command that says what `run` would do; read without a lock. Nothing where upstreams were
 * named on the command line, which no daemon has; where it cannot be read that is said, and `doing` names what goes on without.
 */
export async function remembered({ services }: SourceOptions, { stateDir }: Configuration, doing: string, io: Io): Promise<Memory> {
  if (services.length > 0) return EMPTY_MEMORY;
  const { memory, problem } = await peekMemory(stateDir);
  if (problem !== null) io.stderr.write(`${problem}; ${doing} as on a first day\n`);
  return memory;
}
