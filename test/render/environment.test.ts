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
    [
      "{{log x}}",
      "my.hbs:2:1: {{log ...}} is not known | Use quote, comment, join, default, first, eq, or the blocks each, if, unless, with, group.",
    ],
    ["{{lookup x 1}}", "my.hbs:2:1: {{lookup ...}} is not known"],
    ["{{each x}}", "my.hbs:2:1: {{each ...}} is not known"],
    ["{{quote}}", "my.hbs:2:1: quote takes one value | Write {{quote x}}."],
    ["{{quote x x}}", "my.hbs:2:1: quote takes one value"],
    ["{{[print plain] x x}}", "my.hbs:2:1: {{print plain ...}} is not known"],
    ["{{#x}}{{/x}}", "my.hbs:2:1: the block {{#x}} is not known | Use each, if, unless, with, group."],
    ["{{^x}}{{/x}}", "my.hbs:2:1: the block {{#x}} is not known"],
    ["{{#if (quote x)}}{{/if}}", "my.hbs:2:7: a template cannot compute"],
    ["{{> (quote x)}}", "my.hbs:2:1: which partial is used must not depend on data"],
    ["{{> other}}", "my.hbs:2:1: there is no partial other | There are: line."],
    ["{{#> line}}{{/line}}", "my.hbs:2:1: a partial cannot be opened as a block"],
    ['{{#*inline "line"}}{{/inline}}', "my.hbs:2:1: the partial line is defined here and has a file of its own as well"],
    ["{{> line x x}}", "my.hbs:2:1: a partial takes one value at most | Write {{> name x}}, or {{> name x=1 y=2}}."],
    ['{{#if x}}{{#*inline "mine"}}{{/inline}}{{/if}}{{> mine}}', "my.hbs:2:47: the partial mine is defined in another block"],
    ["{{quote x y=1}}", "my.hbs:2:1: quote does not know y= | Write {{quote x}}."],
    ["{{first}}", "my.hbs:2:1: first takes one value | Write (first x)."],
    ["{{join x}}", 'my.hbs:2:1: join takes two values | Write {{join x " "}}.'],
    ["{{join x x}}", "my.hbs:2:1: what join puts between must be a text of the template"],
    ["{{#group x}}{{/group}}", 'my.hbs:2:1: group needs by="...", the name of a field'],
    ["{{#group x by=x}}{{/group}}", 'my.hbs:2:1: group needs by="...", the name of a field'],
    ["{{#group x by='a..b'}}{{/group}}", 'my.hbs:2:1: group needs by="...", the name of a field'],
    ["{{* decorate}}", "my.hbs:2:1: decorators other than {{#*inline}} are not known"],
    ["{{#*decorate}}{{/decorate}}", "my.hbs:2:1: decorators other than {{#*inline}} are not known"],
    ["{{#each x as |y|}}{{/each}}", "my.hbs:2:1: names between bars (as |x|) are not known"],
    ["{{#if x y}}{{/if}}", "my.hbs:2:1: if takes one value"],
    ['{{"x"}}', "my.hbs:2:1: a constant cannot be printed this way"],
    ["{{#if x}}", "my.hbs:2:1: it does not parse: a block is not closed"],
    ["{{name}} {{name} b", "my.hbs:2:10: it does not parse: what begins with {{ is not ended by }}, or holds what may not stand there"],
    ["{{/each}}", "my.hbs:2:1: it does not parse: {{/...}} closes a block that is not open"],
    ["{{}}", "my.hbs:2:1: it does not parse: nothing stands between {{ and }}"],
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

  test("lets the partial of a block stand before the one of the file, and each use the others", () => {
    const source =
      '{{#*inline "a"}}<{{> b}}>{{/inline}}{{#*inline "b"}}{{x}}{{/inline}}{{> a}}{{#if x}}{{#*inline "b"}}other{{/inline}}{{> a}}{{> b}}{{/if}}';
    expect(render(source, { x: "y" })).toBe("<y><y>other");
  });

  test("indents every line of a partial that stands on a line of its own, but an empty last one", () => {
    const partials = [
      { name: "outer", path: "outer.hbs", source: "a\n  {{> inner}}\n\nb" },
      { name: "inner", path: "inner.hbs", source: "{{#each list}}\n{{this}}\n{{/each}}\n" },
      { name: "none", path: "none.hbs", source: "" },
    ];
    expect(render("x\n  {{> outer}}\n  {{> none}}\ny {{> inner}}", { list: [1, 2] }, partials)).toBe(
      "x\n  a\n    1\n    2\n  \n  by 1\n2\n",
    );
  });

  test("sees in a partial what it was given, the loop around it, and nothing else of who uses it", () => {
    const partials = [{ name: "p", path: "p.hbs", source: "{{x}}{{@index}}{{@root.x}} " }];
    expect(render("{{#each list}}{{> p}}{{> p ..}}{{> p x=../y}}{{/each}}", { x: "r", y: "z", list: [{ x: "a" }] }, partials)).toBe(
      "a0r r0r z0r ",
    );
    const above = [{ name: "p", path: "p.hbs", source: "{{../x}}" }];
    expect(faultOf("{{#each list}}{{> p}}{{/each}}", { x: "r", list: ["a"] }, above)).toMatch(/^p\.hbs:1:3: there is no x/);
  });

  test("goes through the fields of an object, and steps over blocks about the same thing on the way out", () => {
    const source =
      "{{#each fields}}{{@key}}={{this}}{{#unless @last}},{{/unless}}{{/each}} {{#with here}}{{#if x}}{{../name}}{{/if}}{{/with}}";
    expect(render(source, { name: "n", fields: { a: 1, b: 2 }, here: { x: 1 } })).toBe("a=1,b=2 n");
    expect(render("{{#each list}}{{#each this}}{{@../index}}{{@index}} {{/each}}{{/each}}", { list: [[1], [1, 1]] })).toBe("00 10 11 ");
  });

  test.each([
    [0, "no", "yes"],
    ["", "no", "no"],
    [[], "no", "no"],
    [null, "no", "no"],
    [false, "no", "no"],
    ["a", "yes", "yes"],
    [{}, "yes", "yes"],
  ])("takes %j for an if and for a with as Handlebars does", (x, inIf, inWith) => {
    expect(render("{{#if x}}yes{{else}}no{{/if}}", { x })).toBe(inIf);
    expect(render("{{#unless x}}no{{else}}yes{{/unless}}", { x })).toBe(inIf);
    expect(render("{{^if x}}no{{/if}}{{#if x}}yes{{/if}}", { x })).toBe(inIf);
    expect(render("{{#with x}}yes{{else}}no{{/with}}", { x })).toBe(inWith);
  });

  test.each([
    [["a", "{{> a}}"], "a.hbs:1:1: the partial a includes itself: a -> a"],
    [
      ["a", "x\n  {{> b}}", "b", "{{#each x}}{{> c}}{{/each}}", "c", "{{#if x}}{{else}}{{> a}}{{/if}}"],
      "c.hbs:1:18: the partial a includes itself: a -> b -> c -> a",
    ],
    [["a", '{{#*inline "own"}}{{> a}}{{/inline}}{{> own}}'], "a.hbs:1:19: the partial a includes itself: a -> own -> a"],
    [["a", '{{#*inline "own"}}{{> own}}{{/inline}}{{> own}}'], "a.hbs:1:19: the partial own includes itself: own -> own"],
  ])("refuses partials that come back to themselves, naming the chain: %j", (files, fault) => {
    const partials = files.flatMap((name, i) => (i % 2 === 0 ? [{ name, path: `${name}.hbs`, source: files[i + 1] ?? "" }] : []));
    expect(() => createEnvironment(partials).compile({ path: "my.hbs", source: "{{> a}}" })).toThrow(fault);
  });

  test("bears partials that circle where nobody comes, and one that is used twice", () => {
    const circle = { name: "circle", path: "circle.hbs", source: "{{> circle}}" };
    expect(render("{{> line}}{{> line}}", { endpoint: "a" }, [PARTIAL, circle])).toBe("server a;\nserver a;\n");
  });

  test("leaves every other user of Handlebars alone", () => {
    expect(render("{{name}}{{> line}}", { name: "api", endpoint: "a" })).toBe("apiserver a;\n");
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
