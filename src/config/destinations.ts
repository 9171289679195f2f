import { stat } from "node:fs/promises";
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

/** What only the disk shows: a destination that is a folder, that is claimed twice by whatever name, or that we read ourselves. */
export async function destinationIssues({ outputs, templates }: Settings, nginxConfig: string | null): Promise<readonly Issue[]> {
  const taken = new Map<string, string>();
  for (const { source } of templates) taken.set(await realPlace(source), "the source of a template");
  if (nginxConfig !== null) taken.set(await realPlace(nginxConfig), "Nginx's main configuration");
  const issues: Issue[] = [];
  for (const { at, path, what } of destinations({ outputs, templates })) {
    const place = await realPlace(path);
    const other = taken.get(place);
    taken.set(place, other ?? what);
    if (await isFolder(path)) issues.push(issue(at, `found ${quoted(path)}, which is a folder, expected the path of a file.`));
    // Of one path for http and stream, the text alone tells.
    else if (other !== undefined && !(what === "the file for stream" && outputs.http === outputs.stream))
      issues.push(issue(at, `${named(path)} is ${other} as well. Name another one.`));
  }
  return issues;
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
