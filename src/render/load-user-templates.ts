import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { TemplateFile, TemplateFiles, TemplateSettings } from "../model/user-template.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { namedPartials } from "./named-partials.ts";
import { partialPath } from "./partial-path.ts";
import type { LoadedTemplate } from "./user-templates.ts";

/** No template that people write is as long; what is, is something else. */
const LONGEST = 1024 * 1024;

/** Reads the user's own templates with the partials that they name. What cannot be read is a fault of its template. */
export function loadUserTemplates(templates: readonly TemplateSettings[]): readonly LoadedTemplate[] {
  return templates.map(loadTemplate);
}

function loadTemplate(settings: TemplateSettings): LoadedTemplate {
  const paths = [settings.source];
  try {
    const main = readTemplate(settings.source);
    if (main === null) throw unreadable(settings.source, "there is no such file");
    return { ...settings, paths, files: { main, partials: readPartials(main, paths) }, fault: null };
  } catch (error) {
    if (!(error instanceof UpstreamdError)) throw error;
    return { ...settings, paths, files: null, fault: { message: error.message, hint: error.hint } };
  }
}

/** Every partial that the template leads to; `paths` grows by those, and by the ones that should be there and are not. */
function readPartials(main: TemplateFile, paths: string[]): TemplateFiles["partials"] {
  const partials = new Map<string, TemplateFile>();
  const add = (name: string): void => {
    const path = partialPath(main.path, name);
    if (path === null || partials.has(name)) return;
    if (!paths.includes(path)) paths.push(path);
    const partial = readTemplate(path);
    // That it is not there is said where it is named.
    if (partial === null) return;
    partials.set(name, partial);
    namedPartials(partial.source).forEach(add);
  };
  namedPartials(main.source).forEach(add);
  return [...partials].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, file]) => ({ name, ...file }));
}

/** A file of a template; null where there is none. Throws `TEMPLATE` where it cannot be one. */
function readTemplate(path: string): TemplateFile | null {
  try {
    return { path, source: new TextDecoder("utf-8", { fatal: true }).decode(readBytes(path)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw unreadable(path, code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "it is not UTF-8" : messageOf(error));
  }
}

function readBytes(path: string): Buffer {
  // Without waiting, or a pipe would hold us for ever.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const standing = fstatSync(descriptor);
    if (!standing.isFile()) throw new Error(standing.isDirectory() ? "it is a folder" : "it is not a regular file");
    if (standing.size > LONGEST) throw new Error(`it is longer than ${LONGEST} bytes`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(path: string, because: string): UpstreamdError {
  const hint = "Make it a file that this user may read, or take it out of templates.";
  return new UpstreamdError("TEMPLATE", `Cannot read the template ${path}: ${because}`, hint);
}
