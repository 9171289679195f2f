import { describe, expect, test } from "vitest";
import { createEnvironment } from "../../src/render/environment.ts";
import { dictionary } from "../../src/render/look-up.ts";
import { UpstreamdError } from "../../src/support/errors.ts";

function render(source: string, context: object = {}): string {
  return createEnvironment([]).compile({ path: "my.hbs", source })(context);
}

function faultOf(source: string, context: object = {}): string {
  try {
    return `rendered: ${render(source, context)}`;
  } catch (error) {
    if (!(error instanceof UpstreamdError)) throw error;
    return `${error.message} | ${error.hint}`;
  }
}

const SERVERS = [
  { endpoint: "10.0.0.1:80", tags: ["blue", "canary"], meta: dictionary({ version: "2" }), dc: "b" },
  { endpoint: "10.0.0.2:80", tags: ["blue"], meta: dictionary({ version: "10" }), dc: "a" },
  { endpoint: "10.0.0.3:80", tags: [], meta: dictionary({}), dc: "a" },
];

describe("{{default x y}}", () => {
  test.each([
    [null, "none"],
    ["", "none"],
    ["set", "set"],
    [0, "0"],
    [false, "false"],
  ])("prints, of %j, %s", (x, printed) => {
    expect(render('{{default x "none"}} {{quote (default x "none")}};', { x })).toBe(`${printed} ${printed};`);
  });

  test("prints by the same rule as any value, and names the whole of what stands in the braces", () => {
    expect(faultOf('\n {{default x "y"}}', { x: "a b" })).toBe(
      'my.hbs:2:2: {{(default x "y")}} is "a b", which is not one plain word | Write {{quote (default x "y")}} to print it as one quoted word, or # {{comment (default x "y")}} in a comment.',
    );
  });

  test("does not hide a name that is not there, but for a key of a dictionary", () => {
    expect(faultOf('{{default x.nam "y"}}', { x: { name: null } })).toContain("my.hbs:1:11: there is no nam: there are name");
    expect(render('{{default x.key "y"}}', { x: dictionary({}) })).toBe("y");
  });
});

test("what a dictionary has no key for is null, and nothing that it inherits is there", () => {
  expect(render("{{#if meta.toString}}a{{else}}b{{/if}}", { meta: dictionary({}) })).toBe("b");
  expect(faultOf("{{meta.owner}}", { meta: dictionary({}) })).toMatch(
    /^my\.hbs:1:1: \{\{meta\.owner\}\} is null \| .*\(default x "\.\.\."\)/,
  );
});

describe("{{first x}}", () => {
  test("is the first of a list, and null of an empty one", () => {
    expect(
      render("{{#with (first servers)}}{{endpoint}}{{else}}none{{/with}} {{first list}}", { servers: SERVERS, list: ["a", "b"] }),
    ).toBe("10.0.0.1:80 a");
    expect(render("{{#with (first servers)}}{{endpoint}}{{else}}none{{/with}}", { servers: [] })).toBe("none");
  });

  test("refuses what is no list, at its place", () => {
    expect(faultOf("\n {{first x}}", { x: "abc" })).toContain('my.hbs:2:2: first goes through a list, and "abc" is none');
  });
});

describe("{{join x y}}", () => {
  test("prints each item by the rule of {{x}}, with a text of the template between", () => {
    expect(render('a {{join list ", "}};', { list: ["a", 1, "c"] })).toBe("a a, 1, c;");
    expect(render('a{{join list " "}};', { list: [] })).toBe("a;");
    expect(faultOf('\n {{join list " "}};', { list: ["a", "b; evil"] })).toBe(
      'my.hbs:2:2: {{join ...}} cannot print "b; evil", which is not one plain word | Write {{#each x}} {{quote this}}{{/each}} to print each as one quoted word.',
    );
    expect(faultOf('{{join list " "}};', { list: [null] })).toContain("an item that {{join ...}} prints is null");
    expect(faultOf('{{join x " "}};', { x: {} })).toContain("join goes through a list");
  });
});

describe("(eq x y)", () => {
  test.each([
    ["a", "a", "yes"],
    ["a", "b", "no"],
    [80, "80", "yes"],
    [null, null, "yes"],
    [null, "null", "no"],
  ])("of %j and %j: %s", (x, y, answer) => {
    expect(render("{{#if (eq x y)}}yes{{else}}no{{/if}}", { x, y })).toBe(answer);
  });

  test("refuses to compare lists, which would never be equal", () => {
    expect(faultOf('{{#if (eq x "a")}}{{/if}}', { x: ["a"] })).toContain('my.hbs:1:7: eq cannot compare ["a"]');
  });
});

describe("{{#group x by=...}}", () => {
  const groups = (by: string) =>
    render(
      `{{#group servers by="${by}"}}{{key}}={{#each items}}{{endpoint}}{{#unless @last}},{{/unless}}{{/each}} {{else}}none{{/group}}`,
      {
        servers: SERVERS,
      },
    );

  test("groups by each tag, by a key of the metadata and by a plain field, sorted; what has nothing there is in no group", () => {
    expect(groups("tags")).toBe("blue=10.0.0.1:80,10.0.0.2:80 canary=10.0.0.1:80 ");
    expect(groups("meta.version")).toBe("10=10.0.0.2:80 2=10.0.0.1:80 ");
    expect(groups("dc")).toBe("a=10.0.0.2:80,10.0.0.3:80 b=10.0.0.1:80 ");
    expect(groups("meta.none")).toBe("none");
  });

  test("sees what is around it, and where it is", () => {
    const source = '{{#group servers by="dc"}}{{@index}}{{@first}}{{../name}}{{key}} {{/group}}';
    expect(render(source, { servers: SERVERS, name: "x" })).toBe("0truexa 1falsexb ");
  });

  test("refuses a field that is not there, one that is no text, and what is no list", () => {
    expect(faultOf('{{#group servers by="tag"}}{{/group}}', { servers: SERVERS })).toContain("my.hbs:1:1: there is no tag");
    expect(faultOf('{{#group servers by="meta"}}{{/group}}', { servers: SERVERS })).toContain("nothing can be grouped by meta");
    expect(faultOf('{{#group servers by="meta"}}{{/group}}', { servers: null })).toContain("group goes through a list, and null is none");
  });

  test("prints its keys by the same rule as any value", () => {
    expect(faultOf('{{#group x by="tags"}}{{key}}{{/group}}', { x: [{ tags: ["a; b"] }] })).toContain("which is not one plain word");
  });
});

describe("a template that explodes", () => {
  const bounded = (source: string, partials: Readonly<Record<string, string>> = {}, context: object = {}) => {
    const files = Object.entries(partials).map(([name, text]) => ({ name, path: `${name}.hbs`, source: text }));
    return () => createEnvironment(files, { bounded: true }).compile({ path: "my.hbs", source })(context);
  };
  const list = (name: string) => Array.from({ length: 1000 }, (_, i) => ({ [name]: i }));

  test.each([
    ["loops in loops", "{{#each x}}{{#each ../y}}{{#each ../../z}}a{{/each}}{{/each}}{{/each}}", {}],
    ["empty loops in loops", "{{#each x}}{{#each ../y}}{{#each ../../z}}{{/each}}{{/each}}{{/each}}", {}],
    [
      "partials that double",
      "{{> p0}}",
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, i === 39 ? "x" : `{{> p${i + 1}}}{{> p${i + 1}}}`])),
    ],
    ["deep indentation", `{{#each x}}\n${" ".repeat(40_000)}{{> line}}\n{{/each}}`, { line: "a\n" }],
    ["much text", "{{#each x}}{{#each ../y}}{{join ../../long ','}}{{/each}}{{/each}}", {}],
  ])("by %s is stopped, by what it prints and not by a clock", (_, source, partials) => {
    expect(bounded(source, partials, { x: list("x"), y: list("y"), z: list("z"), long: Array(1000).fill(1) })).toThrow(
      /hbs:\d:\d+: it prints more than \d+ characters, or goes through loops/,
    );
  });

  test("does not count against the next rendering", () => {
    const render100 = bounded("{{#each x}}{{i}}\n{{/each}}", {}, { x: list("i") });
    for (let i = 0; i < 3; i++) expect(render100().length).toBe(3890);
  });
});
