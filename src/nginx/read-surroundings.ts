import { dirname } from "node:path";
import type { FileEdits } from "../model/files.ts";
import { type ParsedDirective, parseConfiguration } from "../model/grammar/directives.ts";
import type { Gap, IncludeLine, Inclusion, SitedDirective, Surroundings } from "../model/surroundings/surroundings.ts";
import { type IncludeTree, includedPaths } from "./include-tree.ts";

export interface SurroundingsRequest {
  readonly config: string;
  /** Directives of `-g`, which Nginx reads as a part of the outermost level. */
  readonly globals: string | null;
  /** What is to be read in the place of what stands there: each path with a text is a destination. */
  readonly edits: FileEdits;
  readonly tree: IncludeTree;
}

/** What is gathered while the includes are followed. */
interface Work extends SurroundingsRequest {
  /** By path with links followed: what is to be read there, under the name that the user knows. */
  readonly edited: ReadonlyMap<string, { readonly path: string; readonly text: string | null }>;
  readonly coming: readonly string[];
  readonly parsed: Map<string, readonly ParsedDirective[]>;
  readonly includes: IncludeLine[];
  readonly inclusions: Inclusion[];
  readonly gaps: Map<string, Gap>;
  /** The files that lead to the present one, so that one which includes itself is left to Nginx to complain about. */
  readonly open: Set<string>;
}

/** Reads a configuration with its includes followed, as Nginx would with `edits` in their places. Never throws: what cannot be read is a gap. */
export function readSurroundings(request: SurroundingsRequest): Surroundings {
  const { config, globals, edits, tree } = request;
  const edited = new Map([...edits].map(([path, text]) => [tree.follow(path), { path, text }]));
  const coming = [...edited].filter(([, { text }]) => text !== null).map(([real]) => real);
  const work: Work = { ...request, edited, coming, parsed: new Map(), includes: [], inclusions: [], gaps: new Map(), open: new Set() };
  const given = globals === null ? [] : splice(parsedOrGap("nginx -g", globals, work), "nginx -g", [], work);
  const directives = [...given, ...readFile(config, [], work)];
  return { config, directives, includes: work.includes, inclusions: work.inclusions, gaps: [...work.gaps.values()] };
}

function readFile(path: string, inside: readonly string[], work: Work): readonly SitedDirective[] {
  const real = work.tree.follow(path);
  const edit = work.edited.get(real);
  if (work.open.has(real) || edit?.text === null) return [];
  const name = edit?.path ?? path;
  const known = work.parsed.get(real) ?? parseFile(name, edit?.text ?? null, work);
  work.parsed.set(real, known);
  work.open.add(real);
  const directives = splice(known, name, inside, work);
  work.open.delete(real);
  return directives;
}

function parseFile(path: string, text: string | null, work: Work): readonly ParsedDirective[] {
  if (text !== null) return parsedOrGap(path, text, work);
  const file = work.tree.read(path);
  if (!("because" in file)) return parsedOrGap(path, file.text, work);
  work.gaps.set(path, { file: path, because: file.because });
  return [];
}

function parsedOrGap(path: string, text: string, { gaps }: Work): readonly ParsedDirective[] {
  const result = parseConfiguration(text);
  if ("directives" in result) return result.directives;
  gaps.set(path, { file: path, because: `${result.error} in line ${result.line}` });
  return [];
}

/** The directives with what is included in the place of each `include`. */
function splice(directives: readonly ParsedDirective[], file: string, inside: readonly string[], work: Work): readonly SitedDirective[] {
  return directives.flatMap(({ name, arguments: words, block, line }): readonly SitedDirective[] => {
    const [pattern] = words;
    if (name === "include" && block === null && pattern !== undefined) return readIncluded(pattern, { file, line, inside }, work);
    return [{ name, arguments: words, file, line, block: block === null ? null : splice(block, file, [...inside, name], work) }];
  });
}

function readIncluded(pattern: string, at: Omit<IncludeLine, "pattern">, work: Work): readonly SitedDirective[] {
  const folder = dirname(work.config);
  const line = { ...at, pattern: pattern.startsWith("/") ? pattern : `${folder}/${pattern}` };
  work.includes.push(line);
  return includedPaths(pattern, folder, work.tree, work.coming).flatMap((path) => {
    const edit = work.edited.get(work.tree.follow(path));
    if (edit !== undefined && edit.text !== null) work.inclusions.push({ ...line, destination: edit.path });
    return readFile(path, line.inside, work);
  });
}
