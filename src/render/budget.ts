import { type Place, templateError } from "./template-error.ts";

/** What one rendering may print, in characters. Deterministic: no clock decides which template is refused. */
const MOST = 32 * 1024 * 1024;
/** What a body that runs costs beside what it prints, so that empty loops end as well. */
const BODY = 16;

/** Counts what a rendering prints and how often it runs something. */
export interface Budget {
  /** Throws `TEMPLATE` when all is spent. */
  spend(characters: number, place: Place): void;
  reset(): void;
}

/** For templates of our own: nothing is counted. */
export const UNBOUNDED: Budget = { spend: () => undefined, reset: () => undefined };

export function createBudget(most: number = MOST): Budget {
  let left = most;
  return {
    spend: (characters, place) => {
      left -= characters;
      if (left >= 0) return;
      const because = `it prints more than ${most} characters, or goes through loops that never seem to end`;
      throw templateError(place, because, "Look at the loops and partials around this place: together they multiply.");
    },
    reset: () => {
      left = most;
    },
  };
}

/** What it costs to run a body once, without what stands inside its own blocks. */
export function costOf({ body }: hbs.AST.Program): number {
  return (
    BODY + body.reduce((sum, node) => sum + (node.type === "ContentStatement" ? (node as hbs.AST.ContentStatement).value.length : 0), 0)
  );
}
