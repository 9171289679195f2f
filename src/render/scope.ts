/** Where a rendering is: what a template sees at this point. */
export interface Scope {
  /** What `this` is, and names are looked up in. */
  readonly context: unknown;
  /** What `..` leads to; null at the top of a file, which sees nothing of who uses it but this context. */
  readonly around: Scope | null;
  readonly frame: Frame;
}

/** What `@` names come from: a turn of a loop, or what is around all loops. */
export interface Frame {
  readonly root: unknown;
  readonly key: unknown;
  readonly index: number;
  readonly isLast: boolean;
  /** The loop around this one, for `@../index`; null where this is none itself. */
  readonly around: Frame | null;
}

export function topScope(context: unknown, frame: Frame = topFrame(context)): Scope {
  return { context, around: null, frame };
}

function topFrame(root: unknown): Frame {
  return { root, key: null, index: 0, isLast: true, around: null };
}

/** The scope in a block; one about the same thing is no step away from it, as in Handlebars. */
export function innerScope(scope: Scope, context: unknown, frame: Frame = scope.frame): Scope {
  return { context, around: context === scope.context ? scope.around : scope, frame };
}

/** What `this`, `..` or `../..` is; undefined beyond the top of the file. */
export function contextAt(scope: Scope, depth: number): unknown {
  let at: Scope | null = scope;
  for (let left = depth; left > 0 && at !== null; left--) at = at.around;
  return at?.context;
}

/** What `@` names in this loop or in one around it; undefined beyond the outermost. */
export function namedAt({ frame }: Scope, depth: number): Readonly<Record<string, unknown>> | undefined {
  let at: Frame | null = frame;
  for (let left = depth; left > 0 && at !== null; left--) at = at.around;
  if (at === null) return undefined;
  const { root, key, index, isLast, around } = at;
  return around === null ? { root } : { root, key, index, first: index === 0, last: isLast };
}
