import { type DefinedUpstream, definedUpstreams } from "../../../src/model/surroundings/defined-upstreams.ts";
import { type Pass, passesOf } from "../../../src/model/surroundings/passes.ts";
import type { Surroundings } from "../../../src/model/surroundings/surroundings.ts";
import { readSurroundings } from "../../../src/nginx/read-surroundings.ts";
import { treeOf } from "../../nginx/files-in-memory.ts";

export const HTTP = "/n/up.conf";
export const STREAM = "/n/up.stream";

/** A configuration whose main file is `/n/n.conf`, with the names of files beside it; ours are to be `/n/up.conf` and `/n/up.stream`. */
export function around(main: string, others: Readonly<Record<string, string>> = {}): Surroundings {
  const named = Object.entries({ "n.conf": main, ...others }).map(([name, text]) => [`/n/${name}`, text] as const);
  const edits = new Map([
    [HTTP, ""],
    [STREAM, ""],
  ]);
  return readSurroundings({ config: "/n/n.conf", globals: null, edits, tree: treeOf(Object.fromEntries(named)) });
}

/** What stands in `http`, one directive or block a line from line 2 on. */
export function http(...lines: readonly string[]): Surroundings {
  return around(`http {\n${lines.join("\n")}\n}\n`);
}

export function definedIn(surroundings: Surroundings): readonly DefinedUpstream[] {
  return definedUpstreams(surroundings, new Set([HTTP, STREAM]));
}

export function passesIn(surroundings: Surroundings): readonly Pass[] {
  return passesOf(surroundings);
}
