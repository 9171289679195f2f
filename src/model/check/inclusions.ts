import type { Protocol } from "../settings.ts";
import { type Inclusion, placeOf, type Surroundings } from "../surroundings/surroundings.ts";
import { type Finding, finding } from "./findings.ts";

/** A file that Nginx is to include. */
export interface Wanted {
  readonly path: string;
  /** The setting that names it: `output.http`. */
  readonly setting: string;
  /** The block that it has to be included in directly; null: a template of the user's own may be meant for any. */
  readonly block: Protocol | null;
}

/** Whether each destination is included, once, and where upstreams may stand. */
export function checkInclusions(wanted: readonly Wanted[], surroundings: Surroundings): readonly Finding[] {
  return wanted.flatMap((file) => {
    const inclusions = surroundings.inclusions.filter(({ destination }) => destination === file.path);
    if (inclusions.length === 0) return [notIncluded(file, surroundings)];
    return [...inclusions.flatMap((inclusion) => wrongBlock(inclusion, file)), ...twice(inclusions, file)];
  });
}

function notIncluded({ path, setting, block }: Wanted, surroundings: Surroundings): Finding {
  const { config, gaps } = surroundings;
  const unless = gaps.length === 0 ? "" : ", unless by a part that could not be read";
  return finding(
    "not_included",
    setting,
    `${config} does not include ${path}${unless}, so nothing of it reaches Nginx`,
    `Add "include ${path};" ${block === null ? "where its text belongs" : placeFor(block, setting, surroundings)}.`,
  );
}

function placeFor(block: Protocol, setting: string, { config, directives, includes }: Surroundings): string {
  if (!directives.some(({ name }) => name === block)) {
    const module = block === "stream" ? ", with the stream module loaded where it is one" : "";
    return `in a ${block} { } of its own at the outermost level of ${config}${module}`;
  }
  const patterns = includes.filter(({ pattern, inside }) => pattern.includes("*") && inside.length === 1 && inside[0] === block);
  const listed = [...new Set(patterns.map(({ pattern }) => pattern))].slice(0, 3).join(" and ");
  return `in ${block} { }${listed === "" ? "" : `, or choose an ${setting} among ${listed}, which stands there`}`;
}

function wrongBlock({ inside, ...at }: Inclusion, { path, block }: Wanted): Finding[] {
  if (block === null || (inside.length === 1 && inside[0] === block)) return [];
  const where = inside.length === 0 ? "outside of any block" : `in ${inside.join(" { ")} {`;
  return [
    finding(
      "wrong_block",
      placeOf(at),
      `${path} is included ${where}, where upstreams of ${block} cannot stand`,
      `Include it in ${block} { } directly.`,
    ),
  ];
}

function twice([first, ...others]: readonly Inclusion[], { path, block }: Wanted): Finding[] {
  if (first === undefined || block === null) return [];
  return others.map((other) =>
    finding("included_twice", placeOf(other), `${path} is included here once more, after ${placeOf(first)}`, "Leave one of the two."),
  );
}
