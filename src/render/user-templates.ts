import { MANAGED_MARK } from "../model/files.ts";
import type { TemplateFault, TemplateFiles, TemplateSettings } from "../model/user-template.ts";
import { UpstreamdError } from "../support/errors.ts";
import { createEnvironment, type Render } from "./environment.ts";
import { partialPath } from "./partial-path.ts";
import type { UserView } from "./user-view.ts";

/** A template as it is on disk now, or why it cannot be read. */
export type LoadedTemplate = TemplateSettings & {
  /** Every file that it is made of, also those that are not there. */
  readonly paths: readonly string[];
} & ({ readonly files: TemplateFiles; readonly fault: null } | { readonly files: null; readonly fault: TemplateFault });

/** A text that Nginx refused at a destination, and its words. */
export interface RefusedText {
  readonly destination: string;
  readonly hash: string;
  readonly reason: string;
}

/** The user's own templates as they are wanted, and what of them is not to be tried now. */
export interface UserTemplates {
  readonly wanted: readonly LoadedTemplate[];
  readonly refused: readonly RefusedText[];
}

export const NO_USER_TEMPLATES: UserTemplates = { wanted: [], refused: [] };

const HEADER = `${MANAGED_MARK}\n# Changes made here are undone: change its template instead.\n`;

/**
 * What a template prints of a view, as a whole file, or why it cannot. Pure: same arguments, same bytes. That it cannot is not found
 * out twice in a row, since a template that explodes takes its time each time.
 */
export function renderUserTemplate(files: TemplateFiles, view: UserView): string | TemplateFault {
  const known = FAULTS.get(files);
  if (known !== undefined && known.view === JSON.stringify(view)) return known.fault;
  const result = orFault(() => `${HEADER}\n${compiled(files)(view)}`);
  if (typeof result === "string") FAULTS.delete(files);
  else FAULTS.set(files, { view: JSON.stringify(view), fault: result });
  return result;
}

/** Why a template can print nothing, whatever there is to print; null: nothing is wrong with it so far. */
export function faultOfTemplate(files: TemplateFiles): TemplateFault | null {
  const result = orFault(() => {
    compiled(files);
    return "";
  });
  return typeof result === "string" ? null : result;
}

/** Of each template as it was read, the last view that it could not be rendered with, as one text: equal views are not the same object. */
const FAULTS = new WeakMap<TemplateFiles, { readonly view: string; readonly fault: TemplateFault }>();

/** Compiling takes longer than rendering, and the same template is rendered at every change. */
const COMPILED = new WeakMap<TemplateFiles, Render>();

function compiled(files: TemplateFiles): Render {
  const known = COMPILED.get(files);
  if (known !== undefined) return known;
  const { main, partials } = files;
  if (main.source.trim() === "")
    throw new UpstreamdError("TEMPLATE", `${main.path}:1:1: it is empty`, "Write something, or take it out of templates.");
  const absent = (name: string) =>
    `It would be read from ${partialPath(main.path, name) ?? "a file beside the template, and this is no name of one"}.`;
  const render = createEnvironment(partials, { bounded: true, absent }).compile(main);
  COMPILED.set(files, render);
  return render;
}

function orFault(work: () => string): string | TemplateFault {
  try {
    return work();
  } catch (error) {
    if (error instanceof UpstreamdError) return { message: error.message, hint: error.hint };
    throw error;
  }
}
