import { dirname, join } from "node:path";

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;

/** The file of `{{> name}}` in a template: `name.hbs` in the folder that the template is named in; null where a name is none. */
export function partialPath(template: string, name: string): string | null {
  return NAME.test(name) ? join(dirname(template), `${name}.hbs`) : null;
}
