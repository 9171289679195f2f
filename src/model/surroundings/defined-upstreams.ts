import type { Protocol } from "../settings.ts";
import type { Surroundings } from "./surroundings.ts";
import { walk } from "./walk.ts";

/** An `upstream` block that somebody else wrote. */
export interface DefinedUpstream {
  readonly name: string;
  readonly protocol: Protocol;
  readonly file: string;
  readonly line: number;
}

/** The upstreams that a configuration defines outside of `generated`, the files that are ours, in the order in which Nginx reads them. */
export function definedUpstreams({ directives }: Surroundings, generated: ReadonlySet<string>): readonly DefinedUpstream[] {
  return [...walk(directives)].flatMap(
    ({
      directive: {
        name: word,
        block,
        arguments: [name],
        file,
        line,
      },
      around: [outer, ...inner],
    }) => {
      const isUpstream = word === "upstream" && block !== null && name !== undefined;
      const protocol = outer?.name;
      const isInPlace = (protocol === "http" || protocol === "stream") && inner.length === 0;
      return isUpstream && isInPlace && !generated.has(file) ? [{ name, protocol, file, line }] : [];
    },
  );
}

/** Whether two names are one to Nginx (facts: Names of upstreams). */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
