import { hashText } from "../model/hash.ts";
import {
  type AcceptedTemplate,
  isSameTemplate,
  type TemplateFault,
  type TemplateFiles,
  type TemplateSettings,
} from "../model/user-template.ts";
import { type LoadedTemplate, type RefusedText, renderUserTemplate, type UserTemplates } from "../render/user-templates.ts";
import type { UserView } from "../render/user-view.ts";
import { UpstreamdError } from "../support/errors.ts";
import { refusalText } from "./refusal-text.ts";

/** A template of the user's own with what is in force of it. */
export interface TemplateInForce extends TemplateSettings {
  /** What its text is printed by; null: by nothing any more. */
  readonly files: TemplateFiles | null;
  /** What is to stand at its destination; null: nothing of it can be printed, and nothing ever was. */
  readonly text: string | null;
  /** Why it is not as it is on disk now; null: it is. */
  readonly fault: TemplateFault | null;
  /** Whether the text is what was printed last, because no source can print what is believed now. */
  readonly isFrozen: boolean;
}

/**
 * Decides which source of each template is in force: the one on disk, else the one that was accepted last, else the text that it
 * printed last, else nothing. What cannot be rendered, or was refused by Nginx as it would be now, is passed over.
 */
export function templatesInForce(
  { wanted, refused }: UserTemplates,
  accepted: readonly AcceptedTemplate[],
  view: UserView,
): readonly TemplateInForce[] {
  return wanted.map((template) => {
    const before = accepted.find((other) => other.source === template.source && other.destination === template.destination);
    return inForce(template, before, refused, view);
  });
}

/** Throws the first fault: what a command does once has to be done as it is wanted, or not at all. */
export function refuseFaulty(templates: readonly TemplateInForce[]): void {
  const fault = templates.find((template) => template.fault !== null)?.fault;
  if (fault != null) throw new UpstreamdError("TEMPLATE", fault.message, fault.hint);
}

function inForce(
  template: LoadedTemplate,
  before: AcceptedTemplate | undefined,
  refused: readonly RefusedText[],
  view: UserView,
): TemplateInForce {
  const { source, destination } = template;
  const attempt = (files: TemplateFiles) => printable(files, destination, refused, view);
  const now = template.files === null ? template.fault : attempt(template.files);
  if (typeof now === "string") return { source, destination, files: template.files, text: now, fault: null, isFrozen: false };
  const isOther = before !== undefined && (template.files === null || !isSameTemplate(before.files, template.files));
  const again = isOther ? attempt(before.files) : null;
  if (typeof again === "string") return { source, destination, files: before?.files ?? null, text: again, fault: now, isFrozen: false };
  return { source, destination, files: before?.files ?? null, text: before?.text ?? null, fault: now, isFrozen: before !== undefined };
}

function printable(files: TemplateFiles, destination: string, refused: readonly RefusedText[], view: UserView): string | TemplateFault {
  const text = renderUserTemplate(files, view);
  if (typeof text !== "string") return text;
  const refusal = refused.length === 0 ? undefined : refused.find((one) => one.destination === destination && one.hash === hashText(text));
  if (refusal === undefined) return text;
  return { message: refusalText(files.main.path, text, refusal), hint: "Mend the template." };
}
