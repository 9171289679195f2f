import type { Budget } from "./budget.ts";
import { printComment, printJoined, printPlain, printQuoted } from "./helpers.ts";
import { mark, type Printed } from "./placement.ts";
import type { Place } from "./template-error.ts";

/** What prints the values of one template, each by the rule of its helper, and counts what was printed. */
export interface Printer {
  readonly plain: (value: unknown, expression: string, place: Place) => string;
  readonly quote: (value: unknown, variables: boolean, place: Place) => string;
  readonly comment: (value: unknown, place: Place) => string;
  readonly join: (list: unknown, between: string, place: Place) => string;
}

/** What `quote` and `comment` print is marked, and grows `printed`, until it is known where it came to stand. */
export function createPrinter(printed: Printed[], budget: Budget): Printer {
  const counted = (text: string, place: Place): string => {
    budget.spend(text.length, place);
    return text;
  };
  const marked = (kind: Printed["kind"], text: string, place: Place): string =>
    counted(mark(printed.push({ kind, place }) - 1, text), place);
  return {
    plain: (value, expression, place) => counted(printPlain(value, expression, place), place),
    quote: (value, variables, place) => marked("quote", printQuoted(value, variables, place), place),
    comment: (value, place) => marked("comment", printComment(value, place), place),
    join: (list, between, place) => counted(printJoined(list, between, place), place),
  };
}
