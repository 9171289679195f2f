import { type FileSet, MANAGED_MARK } from "../model/files.ts";
import { checkGenerated } from "../model/grammar/check-generated.ts";
import type { Protocol, Settings } from "../model/settings.ts";
import type { Upstream } from "../model/upstream.ts";
import { UpstreamdError } from "../support/errors.ts";
import type { Templates } from "./templates.ts";
import { toView, type UpstreamView } from "./view.ts";

/** The text of one upstream by itself: what memory keeps, and what depends on nothing but this upstream. */
export interface RenderedBlock {
  readonly name: string;
  readonly protocol: Protocol;
  readonly text: string;
}

/** The first lines of every file: no time, host or number, so that the same state is the same bytes. */
const HEADER = `${MANAGED_MARK}\n# Changes made here are undone: change Consul or the configuration of upstreamd instead.\n`;

/**
 * Renders one file a protocol that has an output and at least one upstream, in the order given; nothing leaves before it
 * was read back. Pure: same arguments, same bytes.
 */
export function renderFiles(
  upstreams: readonly Upstream[],
  outputs: Settings["outputs"],
  templates: Templates,
): { readonly files: FileSet; readonly blocks: readonly RenderedBlock[] } {
  const files = new Map<string, string>();
  const blocks: RenderedBlock[] = [];
  for (const protocol of ["http", "stream"] as const) {
    const path = outputs[protocol];
    const mine = upstreams.filter((upstream) => upstream.protocol === protocol);
    if (path === null || mine.length === 0) continue;
    const rendered = mine.map((upstream) => ({ name: upstream.name, protocol, text: renderUpstream(toView(upstream), templates) }));
    files.set(path, checked(fileText(rendered), mine, path));
    blocks.push(...rendered);
  }
  return { files, blocks };
}

/** The text of one `upstream` block, with its newline. */
export function renderUpstream(view: UpstreamView, templates: Templates): string {
  return templates.upstream(view);
}

function fileText(blocks: readonly RenderedBlock[]): string {
  return [HEADER, ...blocks.map(({ text }) => text)].join("\n");
}

function checked(text: string, upstreams: readonly Upstream[], path: string): string {
  const because = checkGenerated(text, upstreams);
  if (because === null) return text;
  throw new UpstreamdError(
    "TEMPLATE",
    `Cannot use what was rendered for ${path}: ${because}`,
    "The template of upstream blocks prints something else than the upstreams it was given.",
  );
}
