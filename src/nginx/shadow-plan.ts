import { basename, dirname, join } from "node:path";
import type { FileEdits } from "../model/files.ts";
import { type ConfigurationFile, type Include, plainText, readConfiguration, type Unreadable } from "./configuration-file.ts";
import { isGlob } from "./glob.ts";
import { type IncludeTree, includedPaths } from "./include-tree.ts";

/** A copy of the user's configuration, as far as needed for the candidate to stand in the place of the live files. */
export interface ShadowPlan {
  /** What to give to `-c`. */
  readonly main: string;
  readonly files: ReadonlyMap<string, string>;
  /** Where each link leads. */
  readonly links: ReadonlyMap<string, string>;
  readonly folders: readonly string[];
  /** From names in the shadow to the names that the user knows. */
  readonly realNames: ReadonlyMap<string, string>;
  /** The destinations that the configuration includes, links followed. */
  readonly reached: ReadonlySet<string>;
}

export interface ShadowRequest {
  readonly config: string;
  /** What is to be tested in the place of what is live. */
  readonly edits: FileEdits;
  readonly destinations: readonly string[];
  /** The folder that the shadow is made in. */
  readonly root: string;
  readonly tree: IncludeTree;
}

/** What is gathered while the includes are followed. */
interface Work extends ShadowRequest {
  /** By path with links followed; null: it will not be there. */
  readonly candidate: ReadonlyMap<string, string | null>;
  /** The name under which each destination is known to the user, by path with links followed. */
  readonly names: ReadonlyMap<string, string>;
  readonly written: Map<string, string>;
  readonly links: Map<string, string>;
  readonly folders: string[];
  readonly realNames: Map<string, string>;
  readonly reached: Set<string>;
  /** What became of each file that was visited. */
  readonly stands: Map<string, Stand>;
  /** Why the includes cannot be followed, once that is known. */
  obstacle: string | null;
  /** Whether anything might leave the folder of the configuration by `../`. */
  climbs: boolean;
}

/** What stands for an included file: itself, a copy in the shadow, or nothing. */
type Stand = { readonly kind: "itself" } | { readonly kind: "copy"; readonly path: string } | { readonly kind: "absent" };

/**
 * Plans the shadow of a configuration: files that lead to a destination are copied with their includes turned to the copies, all
 * others are reached through links. Lines stay where they are, so that what Nginx says is right but for the names.
 */
export function planShadow(request: ShadowRequest): ShadowPlan | { readonly because: string } {
  const { config, root, edits, destinations, tree } = request;
  const gathered = {
    written: new Map(),
    links: new Map(),
    folders: [],
    realNames: new Map(),
    reached: new Set<string>(),
    stands: new Map(),
  };
  const candidate = new Map([...edits].map(([path, text]) => [tree.follow(path), text]));
  const names = new Map([...destinations, ...edits.keys()].map((path) => [tree.follow(path), path]));
  const work: Work = {
    ...request,
    ...gathered,
    candidate,
    names,
    obstacle: /[*?[\\]/.test(root + config) ? `${join(root, config)} has characters that Nginx reads as a pattern` : null,
    climbs: false,
  };
  const main = join(root, "tree", config);
  const text = shadowText(config, work);
  if (text === null) work.obstacle ??= `${config} cannot be read`;
  if (work.obstacle !== null) return { because: work.obstacle };
  work.written.set(main, text ?? "");
  work.realNames.set(main, config);
  // Everything else in there is a link with the name of what it leads to.
  work.realNames.set(join(root, "tree", "/"), "/");
  linkSurroundings(work);
  return { main, files: work.written, links: work.links, folders: work.folders, realNames: work.realNames, reached: work.reached };
}

/** The text of a file with its includes turned to the shadow; null where there is no such file, or none that can be read. */
function shadowText(path: string, work: Work): string | null {
  const file = contentOf(path, work);
  if ("because" in file) {
    if (!file.missing) work.obstacle ??= `${path} cannot be followed: ${file.because}`;
    return null;
  }
  if (file.text.includes("../")) work.climbs = true;
  // From the last to the first, so that the places of the earlier ones stay right.
  return [...file.includes].reverse().reduce((text, include) => {
    const turned = turnInclude(include, work);
    if (turned === null) return text;
    const lines = text.slice(include.from, include.to).split("\n").length - 1;
    return `${text.slice(0, include.from)}${"\n".repeat(lines)}${quote(turned)}${text.slice(include.to)}`;
  }, file.text);
}

function contentOf(path: string, { candidate, tree }: Work): ConfigurationFile | Unreadable {
  const text = candidate.get(tree.follow(path));
  if (text === undefined) return tree.read(path);
  if (text === null) return { missing: true, because: "it is taken away" };
  // Thousands of servers need not be parsed to know that nothing is included.
  return text.includes("include") ? readConfiguration(text) : plainText(text);
}

/** What an include has to say instead; null: what it says already. */
function turnInclude({ pattern }: Include, work: Work): string | null {
  const coming = [...work.candidate].filter(([, text]) => text !== null).map(([path]) => path);
  const paths = includedPaths(pattern, dirname(work.config), work.tree, coming);
  const stands = paths.map((path) => ({ path, stand: standFor(path, work) }));
  if (stands.every(({ stand }) => stand.kind === "itself")) return null;
  const [only] = stands;
  if (isGlob(pattern) || only === undefined) return turnGlob(stands, work);
  if (only.stand.kind === "copy") return only.stand.path;
  const nowhere = join(work.root, "absent", String(work.realNames.size));
  work.realNames.set(nowhere, only.path);
  return nowhere;
}

/** A folder with what the pattern stands for, in the same order, under numbers. */
function turnGlob(stands: readonly { readonly path: string; readonly stand: Stand }[], work: Work): string {
  const folder = join(work.root, "globs", String(work.folders.length).padStart(6, "0"));
  work.folders.push(folder);
  for (const [index, { path, stand }] of stands.entries()) {
    if (stand.kind === "absent") continue;
    const name = join(folder, String(index).padStart(6, "0"));
    work.links.set(name, stand.kind === "copy" ? stand.path : path);
    work.realNames.set(name, nameOf(path, work));
  }
  return `${folder}/*`;
}

function standFor(path: string, work: Work): Stand {
  const real = work.tree.follow(path);
  const before = work.stands.get(real);
  if (before !== undefined) return before;
  // A file that includes itself, by whatever way, is left to Nginx to complain about.
  work.stands.set(real, { kind: "itself" });
  const stand = decideStand(path, real, work);
  work.stands.set(real, stand);
  return stand;
}

function decideStand(path: string, real: string, work: Work): Stand {
  const isOurs = work.candidate.has(real);
  if (isOurs) work.reached.add(real);
  const text = shadowText(path, work);
  if (isOurs && work.candidate.get(real) === null) return { kind: "absent" };
  if (!isOurs && (text === null || text === (contentOf(path, work) as ConfigurationFile).text)) return { kind: "itself" };
  const copy = join(work.root, "files", String(work.written.size).padStart(6, "0"));
  work.written.set(copy, text ?? work.candidate.get(real) ?? "");
  work.realNames.set(copy, nameOf(path, work));
  return { kind: "copy", path: copy };
}

function nameOf(path: string, { names, tree }: Work): string {
  return names.get(tree.follow(path)) ?? path;
}

/** What stands around the main file, because relative names in it belong to its folder; further up only where `../` may lead there. */
function linkSurroundings({ config, root, tree, links, climbs }: Work): void {
  for (let child = config; child !== "/"; child = dirname(child)) {
    const folder = dirname(child);
    for (const name of tree.list(folder)) {
      if (name !== basename(child)) links.set(join(root, "tree", folder, name), join(folder, name));
    }
    if (!climbs) return;
  }
}

function quote(path: string): string {
  return `"${path.replaceAll(/[\\"]/g, "\\$&")}"`;
}
