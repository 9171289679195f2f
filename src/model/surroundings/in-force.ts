import type { SitedDirective } from "./surroundings.ts";

/**
 * The directives of a name that are in force within blocks, given from the outside: those of the innermost block that has any. So
 * Nginx hands on both single values and lists such as that of `proxy_set_header` (facts: Inherited directives).
 */
export function inForce(name: string, around: readonly SitedDirective[]): readonly SitedDirective[] {
  const own = around.map(({ block }) => (block ?? []).filter((directive) => directive.name === name));
  return own.findLast((directives) => directives.length > 0) ?? [];
}
