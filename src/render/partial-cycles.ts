import { childrenOf, inlineNameOf, type Node, type Path } from "./syntax.ts";
import { type Place, templateError } from "./template-error.ts";

/** A file of a template, parsed; `name` is null for the template itself. */
export interface ParsedFile {
  readonly name: string | null;
  readonly program: hbs.AST.Program;
}

/** One use of a partial. */
interface Use {
  readonly name: string;
  readonly place: Place;
}

/**
 * Refuses partials that come back to themselves, by whatever way, before anything is rendered. Throws `TEMPLATE` at the use that
 * closes the circle, naming the chain.
 */
export function refuseCycles(files: readonly ParsedFile[]): void {
  const uses = new Map<string | null, Use[]>();
  for (const { name, program } of files) collect(program, name, uses);
  const done = new Set<string | null>();
  const visit = (name: string | null, chain: readonly string[]): void => {
    if (done.has(name)) return;
    for (const use of uses.get(name) ?? []) {
      const from = chain.indexOf(use.name);
      if (from !== -1) throw circle([...chain.slice(from), use.name], use.place);
      visit(use.name, [...chain, use.name]);
    }
    done.add(name);
  };
  visit(null, []);
}

/** What stands in an inline partial is used when that one is. */
function collect(node: Node, owner: string | null, uses: Map<string | null, Use[]>): void {
  const inside = inlineNameOf(node) ?? owner;
  if (node.type === "PartialStatement") {
    const name = ((node as hbs.AST.PartialStatement).name as Path).original;
    uses.set(owner, [...(uses.get(owner) ?? []), { name, place: node.loc }]);
  }
  for (const child of childrenOf(node)) collect(child, inside, uses);
}

function circle(chain: readonly string[], place: Place): Error {
  return templateError(place, `the partial ${chain[0]} includes itself: ${chain.join(" -> ")}`, "Take one of these out of the circle.");
}
