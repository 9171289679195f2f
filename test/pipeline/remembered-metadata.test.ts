import { expect, test } from "vitest";
import { believe, recall } from "../../src/model/belief.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { prepare } from "../../src/pipeline/prepare.ts";
import { loadTemplates } from "../../src/render/templates.ts";
import type { LoadedTemplate } from "../../src/render/user-templates.ts";
import { instanceNumber, nginxNow, settings, snapshotOf } from "../builders.ts";

const META = { zone: "z1", other: "x", "nginx-weight": "3" };

/** The metadata of the one instance that would be remembered with a template that prints this of each server. */
function remembered(inner: string) {
  const place = { source: "/t/sites.hbs", destination: "/n/sites.conf" };
  const main = { path: place.source, source: `{{#each upstreams}}{{#each servers}}# ${inner}\n{{/each}}{{/each}}` };
  const wanted: LoadedTemplate = { ...place, paths: [place.source], files: { main, partials: [] }, fault: null };
  const wants = settings({ templates: [place] });
  const { belief } = believe(recall(EMPTY_MEMORY, wants), snapshotOf({ api: [instanceNumber(1, { meta: META })] }), wants, 0);
  const inputs = { belief, memory: EMPTY_MEMORY, settings: wants, templates: loadTemplates() };
  const candidate = prepare({ ...inputs, userTemplates: { wanted: [wanted], refused: [] } }, { nginx: nginxNow(), disk: [] });
  return candidate.intent.remember.upstreams[0]?.serving[0]?.meta;
}

test("the metadata that templates name is remembered, and ours; all of it only where one walks through it", () => {
  expect(remembered("{{comment meta.zone}}")).toEqual({ zone: "z1", "nginx-weight": "3" });
  expect(remembered("{{endpoint}}")).toEqual({ "nginx-weight": "3" });
  expect(remembered("{{#each meta}}{{@key}} {{/each}}")).toEqual(META);
});
