import { BLOCK_HELPERS, PRINTING_HELPERS, VALUE_HELPERS } from "../../src/render/lint.ts";
import { table } from "./pages.ts";

/** What a field is, by its path in the view; `own`: only templates of the user's own see it. */
interface Field {
  readonly is: string;
  readonly own?: true;
}

/** Every field of the view. `template-reference.test.ts` holds it against a view that was really built. */
export const FIELDS: Readonly<Record<string, Field>> = {
  name: { is: "`api`" },
  protocol: { is: "`http` or `stream`" },
  service: { is: "the name of the service", own: true },
  datacenter: { is: "the one that was asked for; null: the agent's own", own: true },
  algorithm: { is: "the method by Nginx's name: `round_robin`, `least_conn`", own: true },
  "directives[]": { is: "method, `zone`, `keepalive...`, `sticky` in the order to print them in" },
  "directives[].name": { is: "the word that the directive begins with" },
  "directives[].arguments[]": { is: "as Nginx understands them: print them with `quote`" },
  "servers[]": { is: "never empty: an upstream that nobody serves shows `127.0.0.1:1 down`, which refuses every request" },
  "servers[].address": { is: "a canonical IPv4 or IPv6 address without brackets" },
  "servers[].port": { is: "a number" },
  "servers[].endpoint": { is: "both as one word: `10.0.0.7:80`, `[::1]:80`" },
  "servers[].weight": { is: "a number" },
  "servers[].state": { is: "`up`, `down` or `drain`" },
  "servers[].backup": { is: "`true` or `false`" },
  "servers[].max_conns": { is: "a number, or null where it was not asked for" },
  "servers[].max_fails": { is: "a number, or null where it was not asked for" },
  "servers[].fail_timeout": { is: "seconds, or null where it was not asked for" },
  "servers[].route": { is: "what sticky sessions know it by; null without `sticky`" },
  "servers[].parameters[]": { is: "all of these that is not Nginx's default, as words to print: `weight=5`, `backup`, `down`" },
  "servers[].placeholder": { is: "whether it stands for nobody; then the fields below are null or empty", own: true },
  "servers[].datacenter": { is: "where it is registered", own: true },
  "servers[].node": { is: "the node that it is registered on", own: true },
  "servers[].id": { is: "the ID of its registration", own: true },
  "servers[].tags[]": { is: "its tags, sorted", own: true },
  "servers[].meta": { is: "its metadata by key; what there is no key for is null", own: true },
};

/** What each helper does, by its name. The same test holds it against what a template may use. */
export const HELPERS: Readonly<Record<string, string>> = {
  quote:
    "prints one word, in quotes where it needs them; has to stand as a word of its own; refuses `$` (but with `variables=true`, for values of the operator's own such as the key of `hash`), control characters and more than 1024 bytes",
  comment: "prints anything as printable ASCII on one line, cut to 200 characters; has to stand in a comment",
  join: "prints each item of a list as `{{x}}` would, with the text between them",
  default: "y where x is null or empty",
  first: "the first of a list, or null",
  eq: 'whether two texts or numbers read the same: `{{#if (eq protocol "http")}}`',
  each: "as in Handlebars, with `{{this}}`, `{{../x}}`, `{{@index}}`, `{{@key}}`, `{{@first}}`, `{{@last}}`",
  if: "as in Handlebars, with `{{else}}`",
  unless: "as in Handlebars",
  with: "as in Handlebars",
  group:
    'a block for each value of a field (also `by="meta.version"`), sorted, with `key` and `items[]`; by a list, for each entry of it; what has nothing there is in no group',
};

/** The blocks of docs/templates.md. */
export function templateBlocks(): Readonly<Record<string, string>> {
  const rows = Object.entries(FIELDS);
  const written = Object.entries({ ...PRINTING_HELPERS, ...VALUE_HELPERS, ...BLOCK_HELPERS });
  return {
    view: fieldTable(rows.filter(([, { own }]) => own !== true)),
    "own-view": fieldTable(rows.filter(([, { own }]) => own === true)),
    helpers: table(
      ["helper", "does"],
      written.map(([name, { write }]) => [`\`${write}\``, HELPERS[name] ?? ""]),
    ),
  };
}

function fieldTable(rows: readonly (readonly [string, Field])[]): string {
  return table(
    ["field", "is"],
    rows.map(([path, { is }]) => [`\`${path}\``, is]),
  );
}
