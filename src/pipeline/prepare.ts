import { type Belief, keyOf } from "../model/belief.ts";
import { diffUpstreams, type UpstreamChange } from "../model/changes.ts";
import { type DiskFile, type FileSet, MANAGED_MARK, type PlacedFile } from "../model/files.ts";
import { readUpstreams } from "../model/grammar/upstreams.ts";
import { hashFiles, hashText } from "../model/hash.ts";
import type { Intent } from "../model/host.ts";
import type { Instance } from "../model/instance.ts";
import type { Memory, RememberedUpstream } from "../model/memory.ts";
import { type UsedMetadata, withUsedMetadata } from "../model/metadata.ts";
import type { NginxNow } from "../model/nginx-process.ts";
import { type Plan, planFiles } from "../model/plan.ts";
import { isSameFile, runningIsKnown } from "../model/running.ts";
import type { Protocol, Settings } from "../model/settings.ts";
import type { Upstream } from "../model/upstream.ts";
import { type BuiltUpstream, buildUpstreams } from "../model/upstreams.ts";
import { askedMetadata } from "../render/asked-metadata.ts";
import { type RenderedBlock, renderFiles } from "../render/render.ts";
import type { Templates } from "../render/templates.ts";
import type { UserTemplates } from "../render/user-templates.ts";
import { toUserView } from "../render/user-view.ts";
import { refuseUnsupported } from "./gate.ts";
import { type TemplateInForce, templatesInForce } from "./templates-in-force.ts";

/** What should be, whatever is there: every decision about upstreams is made. */
export interface Desired {
  readonly files: FileSet;
  readonly hash: string;
  readonly upstreams: readonly BuiltUpstream[];
  readonly blocks: readonly RenderedBlock[];
  /** The user's own templates, with what is in force of each. */
  readonly templates: readonly TemplateInForce[];
}

/** A configuration that is not live, with what it would change on disk and what that means to Nginx. */
export interface Candidate extends Desired {
  readonly plan: Plan;
  readonly changes: readonly UpstreamChange[];
  /** Destinations at which a file stands that is not ours: nothing is placed until it is adopted. */
  readonly foreign: readonly string[];
  /** What somebody else did to destinations of ours. */
  readonly tampered: readonly { readonly path: string; readonly how: "edited" | "removed" }[];
  readonly onDisk: { readonly hash: string };
  /** Whether Nginx is known to run just this. */
  readonly known: boolean;
  readonly intent: Intent;
}

/** What is believed, remembered and wanted: the arguments of every decision but the machine itself. */
export interface Inputs {
  readonly belief: Belief;
  readonly memory: Memory;
  readonly settings: Settings;
  readonly templates: Templates;
  readonly userTemplates: UserTemplates;
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
export function prepare(inputs: Inputs, observed: Observed): Candidate {
  return compare(desire(inputs, observed.nginx.version), inputs, observed);
}

function desire({ belief, memory, settings, templates, userTemplates }: Inputs, version: string): Desired {
  refuseUnsupported(settings, version);
  const upstreams = buildUpstreams(belief, settings, version);
  const wanted = upstreams.map(({ upstream }) => upstream);
  const { files: ofUpstreams, blocks } = renderFiles(wanted, settings.outputs, templates);
  // The view of thousands of servers is not made at every turn for nobody.
  const inForce =
    userTemplates.wanted.length === 0 ? [] : templatesInForce(userTemplates, memory.templates, toUserView(upstreams, settings));
  const ofTemplates = inForce.flatMap(({ destination, text }): [string, string][] => (text === null ? [] : [[destination, text]]));
  const files = new Map([...ofUpstreams, ...ofTemplates]);
  return { files, hash: hashFiles(files), upstreams, blocks, templates: inForce };
}

/** Holds what should be against what is there. What stands at a destination that is not wanted is only our business if it is ours. */
function compare(desired: Desired, { memory, settings, userTemplates }: Inputs, observed: Observed): Candidate {
  const disk = observed.disk.filter((file) => desired.files.has(file.path) || isOurs(file, memory));
  const plan = planFiles(desired.files, disk);
  return {
    ...desired,
    plan,
    changes: changesOf(plan, desired, disk, settings, memory),
    foreign: disk.filter((file) => isForeign(file, memory)).map(({ path }) => path),
    tampered: disk.flatMap((file) => tamperingWith(file, memory)),
    onDisk: { hash: hashFiles(new Map(disk.flatMap(({ path, text }) => (text === null ? [] : [[path, text]])))) },
    known: plan.files.length === 0 && runningIsKnown(memory, desired.hash, observed.nginx, disk),
    intent: {
      generation: memory.generation + 1,
      hash: desired.hash,
      changes: plan.files,
      remember: remember(desired, memory, settings, disk, usedBy(desired.templates, userTemplates)),
    },
  };
}

/** Every path that may have to change: what the settings ask for, and what was placed under earlier settings. */
export function destinationsOf({ outputs, templates }: Pick<Settings, "outputs" | "templates">, memory: Memory): readonly string[] {
  const wanted = [...Object.values(outputs).filter((path) => path !== null), ...templates.map(({ destination }) => destination)];
  return [...new Set([...wanted, ...memory.placed.map(({ path }) => path)])].sort();
}

/** Only files that change are read: what stands as it should was proven to hold just the upstreams that it was made of. */
function changesOf(plan: Plan, { upstreams }: Desired, disk: readonly DiskFile[], settings: Settings, memory: Memory) {
  const changing = new Set(plan.files.map(({ path }) => path));
  const standing = disk.filter(({ path }) => changing.has(path)).flatMap((file) => upstreamsOn(file, settings, memory));
  const wanted = upstreams.map(({ upstream }) => upstream);
  return diffUpstreams(
    standing,
    wanted.filter(({ protocol }) => changing.has(settings.outputs[protocol] ?? "")),
  );
}

/**
 * Whoever wrote the file: the old side of a diff is read from what stands there. What cannot be read counts as empty, and so does
 * what a template of the user's own printed: which upstreams it means to define is his business.
 */
function upstreamsOn({ path, text }: DiskFile, settings: Settings, memory: Memory): readonly Upstream[] {
  const placed = placedAt(path, memory);
  const protocol = placed === undefined ? protocolOf(path, settings) : placed.protocol;
  const read = text === null || protocol === null ? { upstreams: [] } : readUpstreams(text, protocol);
  return "upstreams" in read ? read.upstreams : [];
}

function protocolOf(path: string, { outputs, templates }: Settings): Protocol | null {
  if (templates.some(({ destination }) => destination === path)) return null;
  return path === outputs.stream ? "stream" : "http";
}

function placedAt(path: string, { placed }: Memory): PlacedFile | undefined {
  return placed.find((file) => file.path === path);
}

/** We remember having placed it, or it says itself whose it is. */
function isOurs({ path, text }: DiskFile, memory: Memory): boolean {
  return placedAt(path, memory) !== undefined || text?.startsWith(MANAGED_MARK) === true;
}

function isForeign(file: DiskFile, memory: Memory): boolean {
  return file.text !== null && !isOurs(file, memory);
}

function tamperingWith({ path, text }: DiskFile, memory: Memory): Candidate["tampered"] {
  const ours = placedAt(path, memory);
  if (ours === undefined || (text !== null && hashText(text) === ours.hash)) return [];
  return [{ path, how: text === null ? "removed" : "edited" }];
}

/** What is to be remembered once this is in force; who runs it, and the identities of the files, are known only then. */
function remember(
  { files, upstreams, blocks, templates }: Desired,
  memory: Memory,
  settings: Settings,
  disk: readonly DiskFile[],
  used: UsedMetadata,
): Memory {
  const texts = new Map(blocks.map((block) => [keyOf(block), block.text]));
  return {
    ...memory,
    placed: [...files].map(([path, text]) => placedAs(path, protocolOf(path, settings), hashText(text), memory, disk)),
    upstreams: upstreams.map(({ belief }): RememberedUpstream => {
      const { name, protocol, watch, lastGood } = belief;
      return { name, protocol, watch, serving: lastGood.map((instance) => ofUse(instance, used)), text: texts.get(keyOf(belief)) ?? "" };
    }),
    templates: templates.flatMap(({ source, destination, files: from, text }) =>
      from === null || text === null ? [] : [{ source, destination, files: from, text }],
    ),
  };
}

const NOT_YET = { identity: { device: "", inode: "", changedAtNs: "0" }, placedAt: { boot: "", ticks: 0 } };

/** What we placed and still stands is known; anything else, be it only touched, has yet to be placed or to be looked at. */
function placedAs(path: string, protocol: Protocol | null, hash: string, memory: Memory, disk: readonly DiskFile[]): PlacedFile {
  const ours = placedAt(path, memory);
  const identity = disk.find((file) => file.path === path)?.identity ?? null;
  const stands = ours?.hash === hash && identity !== null && isSameFile(ours.identity, identity);
  return stands ? ours : { path, protocol, hash, ...NOT_YET };
}

/** By the templates that are in force, and by those that are to be. */
function usedBy(inForce: readonly TemplateInForce[], { wanted }: UserTemplates): UsedMetadata {
  return askedMetadata([...inForce, ...wanted].flatMap(({ files }) => files ?? []));
}

/** What checks print changes all the time and decides nothing. */
function ofUse(instance: Instance, used: UsedMetadata): Instance {
  return { ...withUsedMetadata(instance, used), checks: instance.checks.map((check) => ({ ...check, output: "" })) };
}
