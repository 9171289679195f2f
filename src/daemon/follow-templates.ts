import type { TemplateSettings } from "../model/user-template.ts";
import { loadUserTemplates } from "../render/load-user-templates.ts";
import type { LoadedTemplate } from "../render/user-templates.ts";
import { watchFiles } from "../support/watch-files.ts";

/** The user's own templates as they stand on disk, kept up to date. */
export interface FollowedTemplates {
  wanted(): readonly LoadedTemplate[];
  close(): Promise<void>;
}

/** Follows the files of the templates, partials included, also those that are named and not there yet; calls `changed` after each change. */
export function followTemplates(templates: readonly TemplateSettings[], changed: () => void): FollowedTemplates {
  let wanted = loadUserTemplates(templates);
  let [paths, watcher] = watchAll();
  return { wanted: () => wanted, close: () => watcher.close() };

  function watchAll(): [readonly string[], ReturnType<typeof watchFiles>] {
    const files = [...new Set(wanted.flatMap((template) => template.paths))];
    return [files, watchFiles(files, takeOver)];
  }

  function takeOver(): void {
    wanted = loadUserTemplates(templates);
    const now = new Set(wanted.flatMap((template) => template.paths));
    if (now.size !== paths.length || paths.some((path) => !now.has(path))) {
      void watcher.close();
      [paths, watcher] = watchAll();
      // A file that was written before it was watched.
      wanted = loadUserTemplates(templates);
    }
    changed();
  }
}
