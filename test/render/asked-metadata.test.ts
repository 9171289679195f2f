import { expect, test } from "vitest";
import { askedMetadata, metadataForSample } from "../../src/render/asked-metadata.ts";

function asked(source: string, partial = "") {
  const partials = [{ name: "p", path: "/t/p.hbs", source: partial }];
  return askedMetadata([{ main: { path: "/t/main.hbs", source }, partials }]);
}

test.each<[string, readonly string[] | "all"]>([
  ["{{#each upstreams}}{{name}}{{/each}}", []],
  [
    "{{#each upstreams}}{{#each servers}}{{meta.zone}} {{quote this.meta.[a b]}} {{default ../meta.env 'x'}}{{/each}}{{/each}}",
    ["a b", "env", "zone"],
  ],
  ['{{#group servers by="meta.version"}}{{#each items}}{{endpoint}}{{/each}}{{/group}}', ["version"]],
  ["{{#if (eq meta.a meta.b)}}{{join tags ','}}{{/if}}", ["a", "b"]],
  ["{{#each servers}}{{#each meta}}{{@key}}{{/each}}{{/each}}", "all"],
  ["{{#with meta}}{{x}}{{/with}}", "all"],
  ["{{> p meta}}", "all"],
  ["{{> p x=meta}}", "all"],
  ["{{> p tags=this}}", "all"],
  ["{{#each servers}}{{#each this}}{{@key}}{{/each}}{{/each}}", "all"],
  ["{{#each (first servers)}}{{@key}}{{/each}}", "all"],
  ["{{#each servers.[0]}}{{@key}}{{/each}}", "all"],
  ["{{#if meta.broken}}", []],
])("askedMetadata finds in %s what can be printed of metadata: %j", (source, keys) => {
  expect(asked(source)).toEqual(keys);
  expect(asked("", source)).toEqual(keys);
});

test("metadataForSample has a key to walk through beside those that are named", () => {
  const main = { path: "/t/main.hbs", source: "{{#each meta}}{{../meta.env}}{{/each}}" };
  expect(metadataForSample([{ main, partials: [] }])).toEqual(["env", "sample"]);
});
