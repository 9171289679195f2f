import { named, visible } from "../config/visible.ts";
import { endpointText } from "../model/endpoint.ts";
import type { ExplainedInstance, ExplainedUpstream } from "../model/explain.ts";
import { paint, type Style } from "./paint.ts";
import { wrapped } from "./wrapped.ts";

/** What `explain --json` prints; the names are promised to scripts. */
export function explanationAsJson(upstreams: readonly ExplainedUpstream[]): string {
  return `${JSON.stringify({ version: 1, upstreams }, null, 2)}\n`;
}

/** What a terminal shows; where `columns` is not known, a line is as long as it is. */
export interface Paper {
  readonly colour: boolean;
  readonly columns: number | undefined;
}

/** What `explain` prints for people: a table an upstream, in which nothing of the registry can be taken for ours. */
export function explanationAsText(upstreams: readonly ExplainedUpstream[], paper: Paper): string {
  if (upstreams.length === 0) return "no upstream is configured\n";
  return upstreams
    .map((upstream) => explainedUpstream(upstream, paper).join("\n"))
    .join("\n\n")
    .concat("\n");
}

function explainedUpstream(
  { name, protocol, service, state, reason, notes, instances }: ExplainedUpstream,
  paper: Paper,
): readonly string[] {
  const included = instances.filter((instance) => instance.included).length;
  const from = service === name ? "" : `, service ${named(service)}`;
  const heading = `${name} (${protocol})${from}: ${state}, ${included} of ${instances.length} instances take requests`;
  const remarks = [...(reason === null ? [] : [reason]), ...notes].map(visible);
  return [
    paint(heading, "bold", paper.colour),
    ...remarks.flatMap((remark) => wrapped(remark, room(paper, 2)).map((line) => `  ${line}`)),
    ...tableOf(instances, paper),
  ];
}

const STYLES: Readonly<Record<ExplainedInstance["state"], Style>> = { up: "green", drain: "yellow", down: "yellow", out: "red" };

function tableOf(instances: readonly ExplainedInstance[], paper: Paper): readonly string[] {
  const cells = instances.map((instance) => ({ instance, place: placeText(instance), owner: ownerText(instance) }));
  const [placeWidth, ownerWidth] = [widthOf(cells.map(({ place }) => place)), widthOf(cells.map(({ owner }) => owner))];
  return cells.flatMap(({ instance: { state, because }, place, owner }) => {
    const lead = `${place.padEnd(placeWidth)}  ${owner.padEnd(ownerWidth)}`;
    const [first, ...more] = sentenceLines(visible(because), LEAD + lead.length + 2, paper);
    return [`  ${paint(state.padEnd(4), STYLES[state], paper.colour)}  ${`${lead}${first ?? ""}`.trimEnd()}`, ...more];
  });
}

/** The columns before the place. */
const LEAD = 8;
/** A cell that is wider breaks out of its column: only what somebody wrote to annoy is. */
const WIDEST = 40;

function placeText({ address, port }: ExplainedInstance): string {
  return endpointText({ address: named(address, WIDEST), port });
}

function ownerText({ id, node }: ExplainedInstance): string {
  return `${named(id, WIDEST / 2)} on ${named(node, WIDEST / 2)}`;
}

function widthOf(cells: readonly string[]): number {
  return cells.reduce((widest, cell) => Math.max(widest, Math.min(cell.length, WIDEST)), 0);
}

/** The sentence beside what it is about, or below it where beside is too narrow to be read. */
function sentenceLines(sentence: string, column: number, paper: Paper): readonly string[] {
  const beside = room(paper, column);
  if (beside >= NARROWEST) {
    const [first, ...more] = wrapped(sentence, beside);
    return [`  ${first}`, ...more.map((line) => `${" ".repeat(column)}${line}`)];
  }
  return ["", ...wrapped(sentence, room(paper, LEAD)).map((line) => `${" ".repeat(LEAD)}${line}`)];
}

const NARROWEST = 32;

function room({ columns }: Paper, indent: number): number {
  return columns === undefined ? Number.POSITIVE_INFINITY : Math.max(columns - indent, 1);
}
