import { type Belief, keyOf } from "../model/belief.ts";
import { diffUpstreams, type UpstreamChange } from "../model/changes.ts";
import { type DiskFile, type FileSet, MANAGED_MARK, type PlacedFile } from "../model/files.ts";
import { readUpstreams } from "../model/grammar/upstreams.ts";
import { hashFiles, hashText } from "../model/hash.ts";
import type { Intent } from "../model/host.ts";
import type { Instance } from "../model/instance.ts";
import type { Memory, RememberedUpstream } from "../model/memory.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { type Plan, planFiles } from "../model/plan.ts";
import { runningIsKnown } from "../model/running.ts";
import type { Protocol, Settings } from "../model/settings.ts";
import type { Upstream } from "../model/upstream.ts";
import { type BuiltUpstream, buildUpstreams } from "../model/upstreams.ts";
import { type RenderedBlock, renderFiles } from "../render/render.ts";
import type { Templates } from "../render/templates.ts";
import { refuseUnsupported } from "./gate.ts";

/** A configuration that is not live, with what it would change on disk and what that means to Nginx. */
export interface Candidate {
  readonly files: FileSet;
  readonly hash: string;
  readonly plan: Plan;
  readonly changes: readonly UpstreamChange[];
  readonly upstreams: readonly BuiltUpstream[];
  /** Destinations at which a file stands that is not ours: nothing is placed until it is adopted. */
  readonly foreign: readonly string[];
  /** What somebody else wrote at a destination, and would be overwritten. */
  readonly others: readonly { readonly path: string; readonly text: string }[];
  readonly onDisk: { readonly hash: string };
  /** Whether Nginx is known to run just this. */
  readonly known: boolean;
  readonly intent: Intent;
}

/** What the machine looks like now. */
export interface Observed {
  readonly nginx: NginxNow;
  /** What stands at `destinationsOf(settings, memory)`. */
  readonly disk: readonly DiskFile[];
}

/**
 * From what is believed to a candidate. Pure: same arguments, same bytes. `run`, `render` and `diff` all come through
 * here, so that a dry run cannot differ from a real one. Throws UNSUPPORTED and TEMPLATE, which are the operator's to mend.
 */
export function prepare(belief: Belief, memory: Memory, settings: Settings, observed: Observed, templates: Templates): Candidate {
  refuseUnsupported(settings, observed.nginx.version);
  const upstreams = buildUpstreams(belief, settings);
  const { files, blocks } = renderFiles(
    upstreams.map(({ upstream }) => upstream),
    settings.outputs,
    templates,
  );
  const disk = observed.disk.filter(({ path }) => files.has(path) || memory.placed.some((placed) => placed.path === path));
  const plan = planFiles(files, disk);
  const hash = hashFiles(files);
  return {
    files,
    hash,
    plan,
    changes: diffUpstreams(
      disk.flatMap((file) => upstreamsOn(file, settings)),
      upstreams.map(({ upstream }) => upstream),
    ),
    upstreams,
    foreign: disk.filter((file) => isForeign(file, memory)).map(({ path }) => path),
    others: disk.flatMap((file) => othersText(file, memory)),
    onDisk: { hash: hashFiles(new Map(disk.flatMap(({ path, text }) => (text === null ? [] : [[path, text]])))) },
    known: plan.files.length === 0 && runningIsKnown(memory, hash, observed.nginx, disk),
    intent: { generation: memory.generation + 1, hash, changes: plan.files, remember: remember(memory, upstreams, files, blocks) },
  };
}

/** Every path that may have to change: what the settings ask for, and what was placed under earlier settings. */
export function destinationsOf(files: Settings["outputs"], memory: Memory): readonly string[] {
  const wanted = Object.values(files).filter((path) => path !== null);
  return [...new Set([...wanted, ...memory.placed.map(({ path }) => path)])].sort();
}

/** Whoever wrote the file: the old side of a diff is read from what stands there. What cannot be read counts as empty. */
function upstreamsOn(file: DiskFile, settings: Settings): readonly Upstream[] {
  const protocol: Protocol = file.path === settings.outputs.stream ? "stream" : "http";
  const read = file.text === null ? { upstreams: [] } : readUpstreams(file.text, protocol);
  return "upstreams" in read ? read.upstreams : [];
}

function isForeign(file: DiskFile, memory: Memory): boolean {
  return file.text !== null && !file.text.startsWith(MANAGED_MARK) && !memory.placed.some(({ path }) => path === file.path);
}

function othersText(file: DiskFile, memory: Memory): Candidate["others"] {
  const ours = memory.placed.find(({ path }) => path === file.path);
  const isOurs = ours === undefined ? !isForeign(file, memory) : file.text === null || hashText(file.text) === ours.hash;
  return isOurs || file.text === null ? [] : [{ path: file.path, text: file.text }];
}

/** What is to be remembered once this is verified; the identities of the files are known only then. */
function remember(memory: Memory, upstreams: readonly BuiltUpstream[], files: FileSet, blocks: readonly RenderedBlock[]): Memory {
  const texts = new Map(blocks.map((block) => [keyOf(block), block.text]));
  return {
    ...memory,
    placed: [...files].map(([path, text]): PlacedFile => placedAs(path, hashText(text), memory)),
    upstreams: upstreams.map(
      ({ belief }): RememberedUpstream => ({
        name: belief.name,
        protocol: belief.protocol,
        serving: belief.lastGood.map(withoutOutput),
        text: texts.get(keyOf(belief)) ?? "",
      }),
    ),
  };
}

const NOT_YET_PLACED = { device: "", inode: "", changedAtNs: "0" };

function placedAs(path: string, hash: string, memory: Memory): PlacedFile {
  return memory.placed.find((file) => file.path === path && file.hash === hash) ?? { path, hash, identity: NOT_YET_PLACED };
}

/** What checks print changes all the time and decides nothing. */
function withoutOutput(instance: Instance): Instance {
  return { ...instance, checks: instance.checks.map((check) => ({ ...check, output: "" })) };
}
