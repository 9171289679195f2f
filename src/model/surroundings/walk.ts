import type { SitedDirective } from "./surroundings.ts";

/** A directive with the blocks around it, from the outside. */
export interface Visited {
  readonly directive: SitedDirective;
  readonly around: readonly SitedDirective[];
}

/** Every directive, those in blocks after the block they are in. */
export function* walk(directives: readonly SitedDirective[], around: readonly SitedDirective[] = []): Generator<Visited> {
  for (const directive of directives) {
    yield { directive, around };
    if (directive.block !== null) yield* walk(directive.block, [...around, directive]);
  }
}
