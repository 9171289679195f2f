import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Print } from "./blocks.ts";
import { createBudget, UNBOUNDED } from "./budget.ts";
import { compileTemplate } from "./compile-template.ts";
import { lintTemplate } from "./lint.ts";
import { parseTemplate } from "./parse-template.ts";
import { refuseCycles } from "./partial-cycles.ts";
import { type Printed, settle } from "./placement.ts";
import { createPrinter } from "./printer.ts";
import { topScope } from "./scope.ts";
import { VIEW_HINT } from "./template-error.ts";

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
  const names = partials.map(({ name }) => name);
  const parsed = partials.map((partial) => ({ ...partial, program: readTemplate(partial, names, rules) }));
  const printed: Printed[] = [];
  const budget = rules.bounded ? createBudget() : UNBOUNDED;
  const prints = new Map<string, Print>();
  const tools = {
    printer: createPrinter(printed, budget),
    budget,
    partial: (name: string): Print | undefined => (names.includes(name) ? (scope) => (prints.get(name) as Print)(scope) : undefined),
  };
  const link = ({ path }: TemplateSource, program: hbs.AST.Program): Print =>
    renderNamed(path, () => compileTemplate(program, { source: path, start: { line: 1, column: 0 } }, tools));
  for (const partial of parsed) prints.set(partial.name, link(partial, partial.program));
  return {
    compile: (template) => {
      const program = readTemplate(template, names, rules);
      refuseCycles([{ name: null, program }, ...parsed]);
      const print = link(template, program);
      return (context) => {
        printed.length = 0;
        budget.reset();
        return settle(
          renderNamed(template.path, () => print(topScope(context))),
          printed,
        );
      };
    },
  };
}

function readTemplate(template: TemplateSource, partials: readonly string[], { absent }: Rules): hbs.AST.Program {
  return renderNamed(template.path, () => {
    const program = parseTemplate(template);
    lintTemplate(program, template.path, partials, absent);
    return program;
  });
}

/** What the engine of JavaScript throws by itself has no place (what is nested too deeply, for one). */
function renderNamed<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UpstreamdError) throw error;
    throw new UpstreamdError("TEMPLATE", `${path}: ${messageOf(error)}`, VIEW_HINT);
  }
}
