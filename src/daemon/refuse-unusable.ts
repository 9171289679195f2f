import type { Configuration } from "../model/configuration.ts";
import type { Memory } from "../model/memory.ts";
import { loadUserTemplates } from "../render/load-user-templates.ts";
import { faultOfTemplate } from "../render/user-templates.ts";
import { UpstreamdError } from "../support/errors.ts";

/** Throws `TEMPLATE` for a template that is no good as it stands and of which none was ever accepted: there is nothing to go on with. */
export function refuseUnusable({ settings }: Configuration, { templates }: Memory): void {
  for (const template of loadUserTemplates(settings.templates)) {
    const fault = template.fault ?? faultOfTemplate(template.files);
    const isAccepted = templates.some(({ source, destination }) => source === template.source && destination === template.destination);
    if (fault !== null && !isAccepted) throw new UpstreamdError("TEMPLATE", fault.message, fault.hint);
  }
}
