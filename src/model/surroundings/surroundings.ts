/** A directive of an Nginx configuration whose includes were followed, and where it is written. */
export interface SitedDirective {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly file: string;
  readonly line: number;
  /** What stands in it, included files in the place of their `include`; null where it ends with a semicolon. */
  readonly block: readonly SitedDirective[] | null;
}

/** An `include`, and where it is written. */
export interface IncludeLine {
  /** An absolute path, often with `*`. */
  readonly pattern: string;
  readonly file: string;
  readonly line: number;
  /** The names of the blocks around it, from the outside; none at the outermost level. */
  readonly inside: readonly string[];
}

/** An `include` that leads to a destination. */
export interface Inclusion extends IncludeLine {
  readonly destination: string;
}

/** A file whose content is not known, so that whatever is said of the whole is said without it. */
export interface Gap {
  readonly file: string;
  readonly because: string;
}

/** What is around the generated files: a whole configuration, as Nginx would read it with them in their places. */
export interface Surroundings {
  /** The main file. */
  readonly config: string;
  readonly directives: readonly SitedDirective[];
  /** Each as often as Nginx comes by it. */
  readonly includes: readonly IncludeLine[];
  readonly inclusions: readonly Inclusion[];
  readonly gaps: readonly Gap[];
}

/** `FILE:LINE` of anything that is written somewhere. */
export function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}
