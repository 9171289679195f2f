import Handlebars from "handlebars";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { type Budget, costOf, createBudget } from "./budget.ts";
import { printComment, printJoined, printPlain, printQuoted } from "./helpers.ts";
import { BLOCK_HELPERS, lintTemplate, PRINTING_HELPERS, VALUE_HELPERS } from "./lint.ts";
import { lookUp, ownField } from "./look-up.ts";
import { parseTemplate } from "./parse-template.ts";
import { refuseCycles } from "./partial-cycles.ts";
import { mark, type Printed, settle } from "./placement.ts";
import { descendantsOf, expressionText, type Path } from "./syntax.ts";
import { type Place, VIEW_HINT } from "./template-error.ts";
import { defaultOf, firstOf, groupsOf, isEqual } from "./value-helpers.ts";

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

/** How far templates are trusted. */
export interface Rules {
  /** Whether what a rendering prints and runs is counted, as it must be for a template that we have not written. */
  readonly bounded: boolean;
  /** What to do about a partial that is not there. */
  readonly absent?: (name: string) => string;
}

/** Compiles templates that share these partials; a fault that does not depend on data is found here. */
export function createEnvironment(
  partials: readonly Partial[],
  rules: Rules = { bounded: false },
): { readonly compile: (template: TemplateSource) => Render } {
  const printed: Printed[] = [];
  const budget = createBudget();
  const handlebars = createHandlebars(printed, budget);
  const names = partials.map(({ name }) => name);
  const read = (template: TemplateSource) => readTemplate(handlebars, template, names, rules);
  const parsed = partials.map((partial) => ({ ...partial, program: read(partial) }));
  const link = (program: hbs.AST.Program): Handlebars.TemplateDelegate<object> => handlebars.compile(instrument(program, rules), OPTIONS);
  for (const { name, program } of parsed) handlebars.registerPartial(name, link(program));
  return {
    compile: (template) => {
      const program = read(template);
      refuseCycles([{ name: null, program }, ...parsed]);
      const render = link(program);
      return (context) => {
        printed.length = 0;
        budget.reset();
        return settle(
          renderNamed(template.path, () => render(context)),
          printed,
        );
      };
    },
  };
}

/** Helpers whose names cannot be written in a template: what `{{x}}` becomes, and what counts. */
const PLAIN = "print plain";
const COUNT = "count what runs";
const HELPERS = [PLAIN, COUNT, ...Object.keys({ ...PRINTING_HELPERS, ...VALUE_HELPERS, ...BLOCK_HELPERS })];
const OPTIONS: CompileOptions = {
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { log: false, lookup: false, ...Object.fromEntries(HELPERS.map((name) => [name, true])) },
};

type Options = Handlebars.HelperOptions & { readonly loc: Place };

/** An environment of our own, so that nothing of it reaches other users of Handlebars in this process. */
function createHandlebars(printed: Printed[], budget: Budget): typeof Handlebars {
  const handlebars = Handlebars.create();
  handlebars.unregisterHelper("log");
  handlebars.unregisterHelper("lookup");
  const safe = (text: string, loc: Place) => {
    budget.spend(text.length, loc);
    return new handlebars.SafeString(text);
  };
  const marked = (kind: Printed["kind"], place: Place, text: string) => safe(mark(printed.push({ kind, place }) - 1, text), place);
  handlebars.registerHelper({
    [COUNT]: (cost: number, { loc }: Options) => {
      budget.spend(cost, loc);
      return "";
    },
    [PLAIN]: (value: unknown, expression: string, { loc }: Options) => safe(printPlain(value, expression, loc), loc),
    quote: (value: unknown, { hash, loc }: Options) => marked("quote", loc, printQuoted(value, hash["variables"] === true, loc)),
    comment: (value: unknown, { loc }: Options) => marked("comment", loc, printComment(value, loc)),
    join: (list: unknown, between: string, { loc }: Options) => safe(printJoined(list, between, loc), loc),
    default: (value: unknown, otherwise: unknown) => defaultOf(value, otherwise),
    first: (list: unknown, { loc }: Options) => firstOf(list, loc),
    eq: (a: unknown, b: unknown, { loc }: Options) => isEqual(a, b, loc),
    group(this: unknown, list: unknown, options: Options) {
      const groups = groupsOf(list, String(options.hash["by"]), options.loc);
      return handlebars.helpers["each"]?.call(this, groups, options) as unknown;
    },
  } as unknown as Handlebars.HelperDeclareSpec);
  makeStrict(handlebars);
  return handlebars;
}

function readTemplate(
  handlebars: typeof Handlebars,
  template: TemplateSource,
  partials: readonly string[],
  { absent }: Rules,
): hbs.AST.Program {
  return renderNamed(template.path, () => {
    const program = parseTemplate(handlebars, template);
    lintTemplate(program, template.path, partials, absent);
    return program;
  });
}

/** Has every look-up fail where a field is missing, wherever it stands, for Handlebars itself checks `{{x}}` alone; and has bodies counted. */
function instrument(program: hbs.AST.Program, { bounded }: Rules): hbs.AST.Program {
  for (const node of descendantsOf(program)) {
    if (node.type === "MustacheStatement") printPlainly(node as hbs.AST.MustacheStatement);
    if (node.type === "PathExpression") Object.assign(node, { strict: true });
    if (node.type === "Program" && bounded) countRuns(node as hbs.AST.Program, program);
  }
  return program;
}

/** `{{x}}` becomes a call of our helper: its own escaper is shared by every environment in the process. */
function printPlainly(node: hbs.AST.MustacheStatement): void {
  const path = node.path as Path;
  const isValue = Object.hasOwn(VALUE_HELPERS, path.original);
  if (node.params.length > 0 && !isValue) return;
  const { params, hash, loc } = node;
  const value: hbs.AST.Expression = isValue ? ({ type: "SubExpression", path, params, hash, loc } as hbs.AST.SubExpression) : path;
  const original = expressionText(value);
  node.params = [value, { type: "StringLiteral", value: original, original, loc } as hbs.AST.StringLiteral];
  node.path = helperPath(PLAIN, loc);
}

function countRuns(body: hbs.AST.Program, root: hbs.AST.Program): void {
  const loc = (body.loc as hbs.AST.SourceLocation | undefined) ?? root.loc;
  const value = costOf(body);
  const cost = { type: "NumberLiteral", value, original: value, loc } as hbs.AST.NumberLiteral;
  const node = {
    type: "MustacheStatement",
    path: helperPath(COUNT, loc),
    params: [cost],
    escaped: true,
    strip: { open: false, close: false },
    loc,
  };
  body.body.unshift(node);
}

function helperPath(name: string, loc: hbs.AST.SourceLocation): Path {
  return { type: "PathExpression", data: false, depth: 0, parts: [name], original: name, loc };
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

/** What Handlebars throws by itself at this point has no place (what is nested too deeply, for one). */
function renderNamed<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UpstreamdError) throw error;
    throw new UpstreamdError("TEMPLATE", `${path}: ${messageOf(error)}`, VIEW_HINT);
  }
}
