import type { Configuration } from "../model/configuration.ts";
import type { UsedMetadata } from "../model/metadata.ts";
import type { UserTemplates } from "../render/user-templates.ts";
import { UpstreamdError } from "../support/errors.ts";

/**
 * The user's own templates as they stand now. Throws `TEMPLATE` where one cannot be read or compiled, before anybody else is asked.
 * Where there are none, nothing is loaded for them.
 */
export async function soundTemplates({ settings }: Configuration): Promise<UserTemplates> {
  if (settings.templates.length === 0) return { wanted: [], refused: [] };
  const [{ loadUserTemplates }, { faultOfTemplate }] = await Promise.all([
    import("../render/load-user-templates.ts"),
    import("../render/user-templates.ts"),
  ]);
  const wanted = loadUserTemplates(settings.templates);
  for (const template of wanted) {
    const fault = template.fault ?? faultOfTemplate(template.files);
    if (fault !== null) throw new UpstreamdError("TEMPLATE", fault.message, fault.hint);
  }
  return { wanted, refused: [] };
}

/** Which metadata the templates have a use for, as far as they can be read. */
export async function usedMetadata({ settings }: Configuration): Promise<UsedMetadata> {
  if (settings.templates.length === 0) return [];
  const [{ loadUserTemplates }, { askedMetadata }] = await Promise.all([
    import("../render/load-user-templates.ts"),
    import("../render/asked-metadata.ts"),
  ]);
  return askedMetadata(loadUserTemplates(settings.templates).flatMap(({ files }) => files ?? []));
}
