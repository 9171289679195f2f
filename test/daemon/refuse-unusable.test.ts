import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { refuseUnusable } from "../../src/daemon/refuse-unusable.ts";
import { loadUserTemplates } from "../../src/render/load-user-templates.ts";
import { aMemory, settings } from "../builders.ts";
import { tempFolder } from "../support/tmp.ts";
import { aConfiguration } from "./a-configuration.ts";

/** Starts with one template of this text; `accepted` was the one before. */
function start(text: string, accepted: string | null = null): () => void {
  const dir = tempFolder("templates");
  const template = { source: join(dir, "sites.hbs"), destination: join(dir, "sites.conf") };
  const configuration = aConfiguration({ settings: settings({ templates: [template] }) });
  const load = (source: string) => {
    writeFileSync(template.source, source);
    return loadUserTemplates([template]).flatMap(({ files }) => files ?? []);
  };
  const templates = accepted === null ? [] : load(accepted).map((files) => ({ ...template, files, text: accepted }));
  load(text);
  return () => refuseUnusable(configuration, aMemory({ templates }));
}

const each = (inner: string) => `{{#each upstreams}}{{#each servers}}${inner}\n{{/each}}{{/each}}`;

test.each([
  ["{{#if x}}", "it does not parse: a block is not closed"],
  [each("{{adress}}"), "there is no adress"],
  [each("{{tags}}"), "{{tags}} is a list"],
])("a daemon that has accepted nothing yet refuses to start with %s", (text, because) => {
  expect(start(text)).toThrow(because);
  expect(start(text, "good")).not.toThrow();
});

test.each([
  each("{{id}} {{node}} {{meta.zone}} {{first tags}}"),
  each('{{#each meta}}{{@key}}{{/each}}{{#group ../servers by="meta.v"}}{{key}}{{/group}}'),
])("it starts with %s, which only what is registered can break", (text) => {
  expect(start(text)).not.toThrow();
});
