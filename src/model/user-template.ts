/** A template of the user's own: the file that it is read from, and the one that its text goes to. Absolute paths. */
export interface TemplateSettings {
  readonly source: string;
  readonly destination: string;
}

/** A file of a template as it was read; `path` is what errors say. */
export interface TemplateFile {
  readonly path: string;
  readonly source: string;
}

/** All that a template is rendered from. */
export interface TemplateFiles {
  readonly main: TemplateFile;
  /** By the names of `{{> name}}`, sorted. */
  readonly partials: readonly (TemplateFile & { readonly name: string })[];
}

/** Why a template cannot be used, as data: `FILE:LINE:COLUMN: ...`, and what to do. */
export interface TemplateFault {
  readonly message: string;
  readonly hint: string;
}

/** A template whose text came into force: it goes on when a later edit of it is no good. */
export interface AcceptedTemplate extends TemplateSettings {
  readonly files: TemplateFiles;
  /** What it printed last. */
  readonly text: string;
}

/** Whether two templates, as read, are the same to the letter. */
export function isSameTemplate(a: TemplateFiles, b: TemplateFiles): boolean {
  const one = [a.main, ...a.partials];
  const other = [b.main, ...b.partials];
  return one.length === other.length && one.every((file, i) => file.path === other[i]?.path && file.source === other[i]?.source);
}
