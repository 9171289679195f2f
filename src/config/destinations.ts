import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Settings } from "../model/settings.ts";
import type { Issue, Path } from "./issue.ts";
import { realPlace } from "./real-place.ts";
import { named, quoted } from "./visible.ts";

/** A file that is to be written, with what it is for. */
interface Destination {
  readonly at: Path;
  readonly path: string;
  /** As in `the file for http`. */
  readonly what: string;
}

/** What only the disk shows: a destination that is a folder, that is claimed twice by whatever name, or that we read ourselves, partials included. */
export async function destinationIssues({ outputs, templates }: Settings, nginxConfig: string | null): Promise<readonly Issue[]> {
  const taken = new Map<string, string>();
  for (const { source } of templates) taken.set(await realPlace(source), "the source of a template");
  if (nginxConfig !== null) taken.set(await realPlace(nginxConfig), "Nginx's main configuration");
  const partials = await partialsBeside(templates);
  const issues: Issue[] = [];
  for (const { at, path, what } of destinations({ outputs, templates })) {
    const place = await realPlace(path);
    const other = taken.get(place);
    taken.set(place, other ?? what);
    if (await isFolder(path)) issues.push(issue(at, `found ${quoted(path)}, which is a folder, expected the path of a file.`));
    // Of one path for http and stream, the text alone tells.
    else if (other !== undefined && !(what === "the file for stream" && outputs.http === outputs.stream))
      issues.push(issue(at, `${named(path)} is ${other} as well. Name another one.`));
    else if (other === undefined && mayBePartial(place, partials))
      issues.push(issue(at, `${named(path)} is where a template would read a partial from. Name another one.`));
  }
  return issues;
}

const PARTIAL = ".hbs";

/** Where templates read `{{> name}}` from: what there is, and the folders where more may be made. */
interface Partials {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

function mayBePartial(place: string, { files, folders }: Partials): boolean {
  return files.has(place) || (place.endsWith(PARTIAL) && folders.has(dirname(place)));
}

async function partialsBeside(templates: Settings["templates"]): Promise<Partials> {
  const [files, folders] = [new Set<string>(), new Set<string>()];
  for (const folder of new Set(templates.map(({ source }) => dirname(source)))) {
    folders.add(await realPlace(folder));
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.filter((one) => one.endsWith(PARTIAL))) files.add(await realPlace(join(folder, name)));
  }
  return { files, folders };
}

function destinations({ outputs, templates }: Pick<Settings, "outputs" | "templates">): readonly Destination[] {
  const ofUpstreams = (["http", "stream"] as const).flatMap((protocol): Destination[] => {
    const path = outputs[protocol];
    return path === null ? [] : [{ at: ["output", protocol], path, what: `the file for ${protocol}` }];
  });
  const ofTemplates = templates.map(({ destination: path }, i): Destination => {
    return { at: ["templates", i, "destination"], path, what: "the destination of another template" };
  });
  return [...ofUpstreams, ...ofTemplates];
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function issue(path: Path, text: string): Issue {
  return { path, at: "value", text };
}
