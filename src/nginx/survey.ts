import { dirname } from "node:path";
import type { Clock } from "../model/clock.ts";
import type { NginxSettings } from "../model/configuration.ts";
import type { Protocol } from "../model/settings.ts";
import { createBuilds } from "./build.ts";
import { createRun } from "./command.ts";
import { createIncludeTree, type IncludeTree, includedPaths } from "./include-tree.ts";
import { createIdentify, type Installation } from "./installation.ts";

/** An upstream that the user's own files define. */
export interface DefinedUpstream {
  readonly name: string;
  readonly protocol: Protocol;
  readonly file: string;
  readonly line: number;
}

/** What the user's configuration is made of, seen from our destinations. */
export interface Survey {
  readonly installation: Pick<Installation, "binary" | "config" | "prefix" | "pidFile" | "errorLogs">;
  /** Destinations that Nginx does not read: what stands there has no effect. */
  readonly notIncluded: readonly string[];
  /** The upstreams outside of our destinations. */
  readonly upstreams: readonly DefinedUpstream[];
  /** Files that could not be followed, and why: then the two lists above may lack something. */
  readonly obstacles: readonly string[];
}

/** Reads the user's configuration along its includes; starts at most `nginx -V` and writes nothing. */
export async function surveyNginx(options: {
  readonly settings: NginxSettings;
  readonly destinations: readonly string[];
  readonly clock: Clock;
}): Promise<Survey> {
  const { settings, destinations, clock } = options;
  const tree = createIncludeTree();
  const installation = await createIdentify(settings, createBuilds(createRun(clock), settings.timeoutMs), tree)();
  return { installation, ...followConfiguration(installation.config, destinations, tree) };
}

/** The same for one configuration of which the main file is known. */
export function followConfiguration(config: string, destinations: readonly string[], tree: IncludeTree): Omit<Survey, "installation"> {
  const ours = new Map(destinations.map((path) => [tree.follow(path), path]));
  const walk: Walk = { folder: dirname(config), tree, ours, reached: new Set(), upstreams: [], obstacles: [] };
  visit(config, [], [], walk);
  const notIncluded = [...ours].filter(([real]) => !walk.reached.has(real)).map(([, path]) => path);
  return { notIncluded, upstreams: walk.upstreams, obstacles: walk.obstacles };
}

interface Walk {
  readonly folder: string;
  readonly tree: IncludeTree;
  readonly ours: ReadonlyMap<string, string>;
  readonly reached: Set<string>;
  readonly upstreams: DefinedUpstream[];
  readonly obstacles: string[];
}

/** `around`: the blocks that the include stood in; `chain`: the files that led here. */
function visit(path: string, around: readonly string[], chain: readonly string[], walk: Walk): void {
  const real = walk.tree.follow(path);
  if (walk.ours.has(real)) walk.reached.add(real);
  if (walk.ours.has(real) || chain.includes(real)) return;
  const file = walk.tree.read(path);
  if ("because" in file) {
    if (!file.missing) walk.obstacles.push(`${path}: ${file.because}`);
    return;
  }
  for (const { name, line, inside } of file.upstreams) {
    const protocol = [...around, ...inside].includes("stream") ? "stream" : "http";
    walk.upstreams.push({ name, protocol, file: path, line });
  }
  for (const { pattern, inside } of file.includes) {
    const paths = includedPaths(pattern, walk.folder, walk.tree, [...walk.ours.keys()]);
    for (const included of paths) visit(included, [...around, ...inside], [...chain, real], walk);
  }
}
