import { byIdentity } from "../model/by-identity.ts";
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
 * was read back. Pure: same arguments, same bytes. What did not change since the last time is not rendered again.
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
    const rendered = mine.map((upstream) => renderBlock(upstream, templates));
    files.set(path, [HEADER, ...rendered.map(({ text }) => text)].join("\n"));
    blocks.push(...rendered);
  }
  return { files, blocks };
}

/** The text of one `upstream` block, with its newline. */
export function renderUpstream(view: UpstreamView, templates: Templates): string {
  return templates.upstream(view);
}

/**
 * What reads back as just this one upstream stays so in a file of such blocks, since each ends where its directives do and begins
 * a line of its own.
 */
const renderBlock = byIdentity((upstream: Upstream, templates: Templates): RenderedBlock => {
  const { name, protocol } = upstream;
  const text = renderUpstream(toView(upstream), templates);
  const because = checkGenerated(text, [upstream]);
  if (because === null) return { name, protocol, text };
  throw new UpstreamdError(
    "TEMPLATE",
    `Cannot use what was rendered for the upstream ${name}: ${because}`,
    "The template of upstream blocks prints something else than the upstream it was given.",
  );
});
