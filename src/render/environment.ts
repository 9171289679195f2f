import Handlebars from "handlebars";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { printComment, printPlain, printQuoted } from "./helpers.ts";
import { BLOCK_HELPERS, descendantsOf, lintTemplate, PRINTING_HELPERS } from "./lint.ts";
import { parseTemplate } from "./parse-template.ts";
import { mark, type Printed, settle } from "./placement.ts";
import { type Place, shown, templateError, VIEW_HINT } from "./template-error.ts";

/** A template as it was read: `path` is what errors say. */
export interface TemplateSource {
  readonly path: string;
  readonly source: string;
}

export interface Partial extends TemplateSource {
  /** As in `{{> name}}`. */
  readonly name: string;
}

/** Renders one template for one context of plain objects; throws `TEMPLATE` with file, line and column. */
export type Render = (context: object) => string;

/** Compiles templates that share these partials; a fault that does not depend on data is found here. */
export function createEnvironment(partials: readonly Partial[]): { readonly compile: (template: TemplateSource) => Render } {
  const printed: Printed[] = [];
  const handlebars = createHandlebars(printed);
  const names = partials.map(({ name }) => name);
  const compile = (template: TemplateSource): Handlebars.TemplateDelegate<object> =>
    handlebars.compile(prepare(handlebars, template, names), OPTIONS);
  for (const partial of partials) handlebars.registerPartial(partial.name, compile(partial));
  return {
    compile: (template) => {
      const render = compile(template);
      return (context) => {
        printed.length = 0;
        return settle(
          renderNamed(template.path, () => render(context)),
          printed,
        );
      };
    },
  };
}

/** The helper that `{{x}}` becomes; its name cannot be written in a template. */
const PLAIN = "print plain";
const HELPERS = [PLAIN, ...PRINTING_HELPERS, ...BLOCK_HELPERS];
const OPTIONS: CompileOptions = {
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { log: false, lookup: false, ...Object.fromEntries(HELPERS.map((name) => [name, true])) },
};

type Options = Handlebars.HelperOptions & { readonly loc: Place };

/** An environment of our own, so that nothing of it reaches other users of Handlebars in this process. */
function createHandlebars(printed: Printed[]): typeof Handlebars {
  const handlebars = Handlebars.create();
  handlebars.unregisterHelper("log");
  handlebars.unregisterHelper("lookup");
  const marked = (kind: Printed["kind"], place: Place, text: string) =>
    new handlebars.SafeString(mark(printed.push({ kind, place }) - 1, text));
  handlebars.registerHelper({
    [PLAIN]: (value: unknown, expression: string, { loc }: Options) => new handlebars.SafeString(printPlain(value, expression, loc)),
    quote: (value: unknown, { hash, loc }: Options) => marked("quote", loc, printQuoted(value, hash["variables"] === true, loc)),
    comment: (value: unknown, { loc }: Options) => marked("comment", loc, printComment(value, loc)),
  } as unknown as Handlebars.HelperDeclareSpec);
  makeStrict(handlebars);
  return handlebars;
}

/** Parses, lints, and has every look-up fail where a field is missing, wherever it stands: Handlebars itself checks `{{x}}` alone. */
function prepare(handlebars: typeof Handlebars, template: TemplateSource, partials: readonly string[]): hbs.AST.Program {
  const program = parseTemplate(handlebars, template);
  lintTemplate(program, template.path, partials);
  for (const node of descendantsOf(program)) {
    if (node.type === "MustacheStatement") printPlainly(node as hbs.AST.MustacheStatement);
    if (node.type === "PathExpression") Object.assign(node, { strict: true });
  }
  return program;
}

/** `{{x}}` becomes a call of our helper: its own escaper is shared by every environment in the process. */
function printPlainly(node: hbs.AST.MustacheStatement): void {
  if (node.params.length > 0) return;
  const value = node.path as hbs.AST.PathExpression;
  const { loc, original } = value;
  node.params = [value, { type: "StringLiteral", value: original, original, loc } as hbs.AST.StringLiteral];
  node.path = { type: "PathExpression", data: false, depth: 0, parts: [PLAIN], original: PLAIN, loc };
}

interface Container {
  strict: (object: unknown, name: string, place: Place) => unknown;
  lookupProperty: (object: unknown, name: string) => unknown;
}

/** Replaces the look-up that fails, so that the error has the file's name and inherited names (`toString`) are missing too. */
function makeStrict(handlebars: typeof Handlebars): void {
  const link = handlebars.template;
  const template = (spec: { main: (container: Container, ...rest: unknown[]) => unknown }) => {
    const { main } = spec;
    spec.main = (container, ...rest) => {
      Object.assign(container, { strict: lookUp, lookupProperty: ownField } satisfies Container);
      return main.call(spec, container, ...rest);
    };
    return link(spec);
  };
  Object.assign(handlebars, { template });
}

/** The last name of a path. */
function lookUp(object: unknown, name: string, place: Place): unknown {
  if (isFields(object) && Object.hasOwn(object, name)) return object[name];
  const around = isFields(object)
    ? `: there are ${Object.keys(object).slice(0, 20).join(", ")}`
    : `, as what it would be a field of is ${shown(object)}`;
  throw templateError(place, `there is no ${name}${around}`, VIEW_HINT);
}

/** The names before the last: what is missing there is noticed by the last one, which knows its place. */
function ownField(object: unknown, name: string): unknown {
  return isFields(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What Handlebars throws by itself at this point has no place (a partial that calls itself, for one). */
function renderNamed(path: string, render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (error instanceof UpstreamdError) throw error;
    throw new UpstreamdError("TEMPLATE", `${path}: ${messageOf(error)}`, VIEW_HINT);
  }
}
