import { believe, recall } from "../model/belief.ts";
import { NEWEST_KNOWN } from "../model/capabilities/since.ts";
import type { Configuration } from "../model/configuration.ts";
import { EMPTY_MEMORY, type Memory } from "../model/memory.ts";
import { sampleSnapshot } from "../model/sample.ts";
import type { Settings } from "../model/settings.ts";
import { buildUpstreams } from "../model/upstreams.ts";
import type { TemplateFault, TemplateFiles } from "../model/user-template.ts";
import { metadataForSample } from "../render/asked-metadata.ts";
import { loadUserTemplates } from "../render/load-user-templates.ts";
import { renderUserTemplate } from "../render/user-templates.ts";
import { toUserView } from "../render/user-view.ts";
import { UpstreamdError } from "../support/errors.ts";

/**
 * Throws `TEMPLATE` for a template of which none was ever accepted and that cannot be rendered with sample data, which has whatever
 * it asks for: there is nothing to go on with, and nothing that registrations could change about it.
 */
export function refuseUnusable({ settings }: Configuration, { templates }: Memory): void {
  for (const template of loadUserTemplates(settings.templates)) {
    const isAccepted = templates.some(({ source, destination }) => source === template.source && destination === template.destination);
    if (isAccepted) continue;
    const fault = template.fault ?? faultWithSample(template.files, settings);
    if (fault !== null) throw new UpstreamdError("TEMPLATE", fault.message, fault.hint);
  }
}

function faultWithSample(files: TemplateFiles, settings: Settings): TemplateFault | null {
  const snapshot = sampleSnapshot(settings, metadataForSample([files]));
  const { belief } = believe(recall(EMPTY_MEMORY, settings), snapshot, settings, 0);
  const text = renderUserTemplate(files, toUserView(buildUpstreams(belief, settings, NEWEST_KNOWN), settings));
  return typeof text === "string" ? null : text;
}
