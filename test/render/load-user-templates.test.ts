import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadUserTemplates } from "../../src/render/load-user-templates.ts";
import { faultOfTemplate, renderUserTemplate } from "../../src/render/user-templates.ts";
import { tempFolder } from "../support/tmp.ts";

/** Loads `sites.conf.hbs` of a folder with these files. */
function load(files: Readonly<Record<string, string | Uint8Array>>) {
  const dir = tempFolder("templates");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return { dir, template: loadOne(join(dir, "sites.conf.hbs")) };
}

function loadOne(source: string) {
  const [template] = loadUserTemplates([{ source, destination: "/etc/nginx/conf.d/sites.conf" }]);
  if (template === undefined) throw new Error("nothing was loaded");
  return template;
}

/** What is wrong with a template, as soon as it can be known. */
function faultOf({ dir, template }: ReturnType<typeof load>): string {
  const fault = template.fault ?? faultOfTemplate(template.files);
  return fault === null ? "none" : `${fault.message} | ${fault.hint}`.replaceAll(`${dir}/`, "");
}

describe("loadUserTemplates", () => {
  test("reads a template with the partials that it leads to, from beside it", () => {
    const { dir, template } = load({
      "sites.conf.hbs": "{{> row}}{{> b-2}}",
      "row.hbs": "{{> b-2}}{{#*inline 'own'}}{{/inline}}{{> own}}",
      "b-2.hbs": "b",
      "unused.hbs": "u",
      "own.hbs": "{{> not used}}",
    });
    expect(template.files?.partials.map(({ name, source }) => [name, source])).toEqual([
      ["b-2", "b"],
      ["row", "{{> b-2}}{{#*inline 'own'}}{{/inline}}{{> own}}"],
    ]);
    expect(template.paths).toEqual(["sites.conf.hbs", "row.hbs", "b-2.hbs"].map((name) => join(dir, name)));
    expect(faultOf({ dir, template })).toBe("none");
  });

  test.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    ["is not there", {}, /^Cannot read the template sites\.conf\.hbs: there is no such file \| Make it a file/],
    ["is a folder", { "sites.conf.hbs/x": "" }, /^Cannot read the template sites\.conf\.hbs: it is a folder/],
    ["is not UTF-8", { "sites.conf.hbs": Uint8Array.of(0x61, 0xff) }, /^Cannot read the template sites\.conf\.hbs: it is not UTF-8/],
    [
      "is far too long",
      { "sites.conf.hbs": "x".repeat(1_100_000) },
      /^Cannot read the template sites\.conf\.hbs: it is longer than 1048576/,
    ],
    ["is empty", { "sites.conf.hbs": " \n" }, /^sites\.conf\.hbs:1:1: it is empty/],
    [
      "names a partial that is not there",
      { "sites.conf.hbs": "\n {{> row}}" },
      /^sites\.conf\.hbs:2:2: there is no partial row \| It would be read from row\.hbs/,
    ],
    [
      "names a partial that is a folder",
      { "sites.conf.hbs": "{{> row}}", "row.hbs/x": "" },
      /^Cannot read the template row\.hbs: it is a folder/,
    ],
    ["climbs to a partial", { "sites.conf.hbs": "{{> ../row}}", "../row.hbs": "" }, /^sites\.conf\.hbs:1:1: there is no partial \.\.\/row/],
    [
      "names a partial in a folder",
      { "sites.conf.hbs": "{{> a/row}}", "a/row.hbs": "" },
      /there is no partial a\/row \| .*this is no name of one/,
    ],
    ["has a partial that does not parse", { "sites.conf.hbs": "{{> row}}", "row.hbs": "\n{{#if x}}" }, /^row\.hbs:2:1: it does not parse/],
    [
      "includes itself",
      { "sites.conf.hbs": "{{> row}}", "row.hbs": "{{> row}}" },
      /^row\.hbs:1:1: the partial row includes itself: row -> row/,
    ],
    [
      "is nested too deeply",
      { "sites.conf.hbs": "{{#if x}}".repeat(5_000) + "{{/if}}".repeat(5_000) },
      /^sites\.conf\.hbs:1:901: more than 100 blocks stand in one another here/,
    ],
  ])("says of a template that %s what is wrong, and throws nothing", (_, files, fault) => {
    expect(faultOf(load(files))).toMatch(fault);
  });

  test("finds the circle of a template that is named as its own partial", () => {
    const dir = tempFolder("templates");
    writeFileSync(join(dir, "sites.hbs"), "{{> sites}}");
    const template = loadOne(join(dir, "sites.hbs"));
    expect(faultOf({ dir, template })).toMatch(/^sites\.hbs:1:1: the partial sites includes itself: sites -> sites/);
  });

  test("takes partials from beside the name of the template, where that is a link", () => {
    const dir = tempFolder("templates");
    mkdirSync(join(dir, "v1"));
    writeFileSync(join(dir, "v1", "a.conf.hbs"), "{{> row}}");
    writeFileSync(join(dir, "row.hbs"), "here");
    symlinkSync(join(dir, "v1", "a.conf.hbs"), join(dir, "sites.conf.hbs"));
    expect(loadOne(join(dir, "sites.conf.hbs")).files?.partials[0]?.source).toBe("here");
  });

  test("leaves a mark of byte order out", () => {
    expect(load({ "sites.conf.hbs": "\ufeffa" }).template.files?.main.source).toBe("a");
  });
});

test("that a template cannot be rendered with a view is found out once, and anew for another view", () => {
  const { template } = load({ "sites.conf.hbs": "{{nam}}" });
  if (template.files === null) throw new Error("it cannot be read");
  const fault = renderUserTemplate(template.files, { upstreams: [] });
  expect(fault).toMatchObject({ message: expect.stringContaining("there is no nam") });
  expect(renderUserTemplate(template.files, { upstreams: [] })).toBe(fault);
  const view = { upstreams: [], nam: "mended" };
  expect(renderUserTemplate(template.files, view)).toContain("mended");
  expect(renderUserTemplate(template.files, { upstreams: [] })).toEqual(fault);
});
