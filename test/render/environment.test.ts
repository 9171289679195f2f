import fc from "fast-check";
import Handlebars from "handlebars";
import { describe, expect, test } from "vitest";
import { tokenize } from "../../src/model/grammar/tokens.ts";
import { createEnvironment, type Partial } from "../../src/render/environment.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { anyText } from "../model/grammar/any-text.ts";

const PARTIAL: Partial = { name: "line", path: "line.hbs", source: "server {{endpoint}};\n" };

function render(source: string, context: object = {}, partials: readonly Partial[] = [PARTIAL]): string {
  return createEnvironment(partials).compile({ path: "my.hbs", source })(context);
}

/** The message and hint of the error that a template ends in. */
function faultOf(source: string, context: object = {}, partials?: readonly Partial[]): string {
  try {
    return `rendered: ${render(source, context, partials)}`;
  } catch (error) {
    if (!(error instanceof UpstreamdError) || error.code !== "TEMPLATE") throw error;
    return `${error.message} | ${error.hint}`;
  }
}

describe("createEnvironment", () => {
  test("prints plain words as they are, with Handlebars' own blocks around them", () => {
    const context = { name: "api", servers: [{ endpoint: "[::1]:80", parameters: ["weight=5"] }], none: null };
    const source =
      "upstream {{name}} {\n{{#each servers}}\n  {{> line}}\n  # {{@index}} {{../name}} {{parameters.[0]}}\n{{/each}}\n{{#if none}}x{{else}}y{{/if}} }\n";
    expect(render(source, context)).toBe("upstream api {\n  server [::1]:80;\n  # 0 api weight=5\ny }\n");
  });

  test.each([["a;b"], ["a b"], ["a{b"], ["a}b"], ['a"b'], ["a\\b"], ["a\nb"], ["$a"], ["#a"], ["é"], [""], ["x".repeat(1025)]])(
    "refuses to print %j, and names the helpers to use",
    (value) => {
      expect(faultOf("a\n  {{x.y}};", { x: { y: value } })).toMatch(
        /^my\.hbs:2:3: \{\{x\.y\}\} is ".*, which is not one plain word \| Write \{\{quote x\.y\}\} .* \{\{comment x\.y\}\}/,
      );
    },
  );

  test.each([
    [null, "{{x}} is null | It is null where it was not asked for"],
    [[1, 2], "{{x}} is a list | Print one of its fields"],
    [{ a: 1 }, "{{x}} is not a text or a number | Print one of its fields"],
    [undefined, "{{x}} is not a text or a number"],
  ])("refuses to print %j", (x, text) => {
    expect(faultOf(" {{x}}", { x })).toContain(`my.hbs:1:2: ${text}`);
  });

  test("says in which partial, and at which place of it", () => {
    expect(faultOf("\n{{> line}}", { endpoint: "a;b" })).toMatch(/^line\.hbs:1:8: \{\{endpoint\}\} is "a;b"/);
    expect(faultOf("\n{{> line}}", { name: "a" })).toMatch(/^line\.hbs:1:10: there is no endpoint: there are name \|/);
  });

  test.each([
    ["{{x}}", 1],
    ["{{#each x}}{{/each}}", 9],
    ["{{#if x}}{{/if}}", 7],
    ["{{#unless x}}{{/unless}}", 11],
    ["{{#with x}}{{/with}}", 9],
    ["{{#if here.x}}{{/if}}", 7],
    ["{{#if x.y.z}}{{/if}}", 7],
    ["{{quote x}}", 9],
    ["# {{comment x}}", 13],
    ["{{> line x}}", 10],
    ["{{> line endpoint=x}}", 19],
    ["{{#each list}}{{../x}}{{/each}}", 17],
    ["{{#if toString}}{{/if}}", 7],
    ["{{constructor}}", 3],
    ["{{#if __proto__}}{{/if}}", 7],
    ["{{#each list}}{{this.x}}{{/each}}", 17],
    ["{{@x}}", 3],
  ])("finds that a field of %s is missing, wherever it stands", (source) => {
    expect(faultOf(source, { here: {}, list: ["a"] })).toMatch(/^my\.hbs:1:\d+: there is no (x|y|z|toString|constructor|__proto__)\b/);
  });

  test.each([
    ["{{{x}}}", "my.hbs:2:1: raw output is not known | Write {{x}}, or {{quote x}} to print it as one quoted word."],
    ["{{&x}}", "my.hbs:2:1: raw output is not known"],
    ["{{log x}}", "my.hbs:2:1: {{log ...}} is not known | Use quote, comment, or the blocks each, if, unless, with."],
    ["{{lookup x 1}}", "my.hbs:2:1: {{lookup ...}} is not known"],
    ["{{each x}}", "my.hbs:2:1: {{each ...}} is not known"],
    ["{{quote}}", "my.hbs:2:1: quote takes one value | Write {{quote x}}."],
    ["{{quote x x}}", "my.hbs:2:1: quote takes one value"],
    ["{{[print plain] x x}}", "my.hbs:2:1: {{print plain ...}} is not known"],
    ["{{#x}}{{/x}}", "my.hbs:2:1: the block {{#x}} is not known | Use each, if, unless, with."],
    ["{{^x}}{{/x}}", "my.hbs:2:1: the block {{#x}} is not known"],
    ["{{#if (quote x)}}{{/if}}", "my.hbs:2:7: a template cannot compute"],
    ["{{> (quote x)}}", "my.hbs:2:1: which partial is used must not depend on data"],
    ["{{> other}}", "my.hbs:2:1: there is no partial other | There are: @partial-block, line."],
    ["{{* decorate}}", "my.hbs:2:1: decorators other than {{#*inline}} are not known"],
    ["{{#*decorate}}{{/decorate}}", "my.hbs:2:1: decorators other than {{#*inline}} are not known"],
    ["{{#each x as |y|}}{{/each}}", "my.hbs:2:1: names between bars (as |x|) are not known"],
    ["{{#if x y}}{{/if}}", "my.hbs:2:1: if takes one value"],
    ['{{"x"}}', "my.hbs:2:1: a constant cannot be printed this way"],
    ["{{#if x}}", "my.hbs:2:1: it does not parse: a block is not closed"],
    ["{{#if x}}{{/each}}", "my.hbs:2:4: if doesn't match each"],
    [
      "server { {{x}}}",
      "my.hbs:2:13: it does not parse: CLOSE_UNESCAPED may not stand here | Put a space between }} and a closing brace of Nginx: {{x}} }.",
    ],
    ["a \u0001", "my.hbs:2:3: it holds a control character"],
  ])("refuses %s before anything is rendered", (source, fault) => {
    expect(() => createEnvironment([PARTIAL]).compile({ path: "my.hbs", source: `\n${source}` })).toThrow(UpstreamdError);
    expect(faultOf(`\n${source}`, { x: "a" })).toContain(fault);
  });

  test("lets a file define partials of its own", () => {
    expect(render('{{#*inline "mine"}}<{{x}}>{{/inline}}{{> mine}}', { x: "a" })).toBe("<a>");
  });

  test("says which template never ends, where a partial calls itself", () => {
    expect(faultOf("{{> line}}", {}, [{ ...PARTIAL, source: "{{> line}}" }])).toMatch(/^my\.hbs: Maximum call stack/);
  });

  test("leaves every other user of Handlebars alone", () => {
    createEnvironment([PARTIAL]);
    expect(Handlebars.compile("{{x}}{{y}}")({ x: "<=;" })).toBe("&lt;&#x3D;;");
    expect(Object.keys(Handlebars.helpers)).toContain("lookup");
  });
});

describe("{{quote x}}", () => {
  test("prints one word whatever it holds, or refuses", () => {
    const environment = createEnvironment([]).compile({ path: "my.hbs", source: "a {{quote x}};" });
    fc.assert(
      fc.property(anyText, (x) => {
        const text = (() => {
          try {
            return environment({ x });
          } catch (error) {
            expect(error).toBeInstanceOf(UpstreamdError);
            return null;
          }
        })();
        const result = tokenize(text ?? "");
        expect("tokens" in result && result.tokens.map(({ value }) => value)).toEqual(text === null ? [] : ["a", x, ";"]);
      }),
    );
  });

  test("refuses variables unless the template says that they may stand there", () => {
    expect(faultOf("a\n {{quote x}};", { x: "$host" })).toMatch(/^my\.hbs:2:2: \{\{quote \.\.\.\}\} cannot print "\$host": it holds a \$/);
    expect(render("a {{quote x variables=true}};", { x: "$host b" })).toBe('a "$host b";');
  });

  test.each(["a={{quote x}};", "a {{quote x}}b;", 'a "{{quote x}}";', "a {{quote x}}{{quote x}};", "# {{quote x}}\n", "a={{quote x}} b;"])(
    "refuses to stand in %j, where quotes would mean nothing",
    (source) => {
      expect(faultOf(source, { x: "y; evil z" })).toMatch(
        /^my\.hbs:1:\d+: (\{\{quote \.\.\.\}\} does not stand as a word of its own|the rendered text is not a configuration)/,
      );
    },
  );
});

describe("{{comment x}}", () => {
  test("prints printable ASCII on one line", () => {
    expect(render("# {{comment x}}\na;", { x: "é\n server x;" })).toBe("# ?? server x;\na;");
  });

  test.each(["{{comment x}}", "a#{{comment x}}\n;", 'a "# {{comment x}}";', "# a\n{{comment x}};"])(
    "refuses to stand in %j, which is no comment",
    (source) => {
      expect(faultOf(source, { x: "evil y" })).toMatch(
        /^my\.hbs:\d:\d+: (\{\{comment \.\.\.\}\} does not stand in a comment|the rendered text is not a configuration)/,
      );
    },
  );
});
