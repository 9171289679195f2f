import { describe, expect, test } from "vitest";
import { hashText } from "../../src/model/hash.ts";
import type { AcceptedTemplate, TemplateFiles } from "../../src/model/user-template.ts";
import { refuseFaulty, templatesInForce } from "../../src/pipeline/templates-in-force.ts";
import type { LoadedTemplate, RefusedText } from "../../src/render/user-templates.ts";
import type { UserView } from "../../src/render/user-view.ts";

const PLACE = { source: "/t/sites.hbs", destination: "/n/sites.conf" };
const VIEW: UserView = { upstreams: [] };

function filesOf(source: string): TemplateFiles {
  return { main: { path: PLACE.source, source }, partials: [] };
}

function loaded(source: string): LoadedTemplate {
  return { ...PLACE, paths: [PLACE.source], files: filesOf(source), fault: null };
}

const GONE: LoadedTemplate = { ...PLACE, paths: [PLACE.source], files: null, fault: { message: "gone", hint: "mend" } };

function accepted(source: string): AcceptedTemplate {
  return { ...PLACE, files: filesOf(source), text: `${HEADER}last text` };
}

const HEADER = "# Managed by upstreamd\n# Changes made here are undone: change its template instead.\n\n";

function refusal(text: string): RefusedText {
  return { destination: PLACE.destination, hash: hashText(`${HEADER}${text}`), reason: "[emerg] no" };
}

/** What is in force of one template: its text without the header, and what is wrong. */
function inForce(wanted: LoadedTemplate, before: AcceptedTemplate | null, refused: readonly RefusedText[] = []) {
  const [one] = templatesInForce({ wanted: [wanted], refused }, before === null ? [] : [before], VIEW);
  return { text: one?.text?.replace(HEADER, "") ?? null, by: one?.files?.main.source ?? null, fault: one?.fault?.message ?? null };
}

describe("templatesInForce", () => {
  test("takes the source on disk, where it can be rendered", () => {
    expect(inForce(loaded("new"), accepted("old"))).toEqual({ text: "new", by: "new", fault: null });
    expect(inForce(loaded("new"), null)).toEqual({ text: "new", by: "new", fault: null });
  });

  test.each<[string, LoadedTemplate, string]>([
    ["is gone", GONE, "gone"],
    ["does not parse", loaded("{{#if x}}"), "/t/sites.hbs:1:1: it does not parse: a block is not closed"],
    ["misses a field", loaded("\n{{nam}}"), "/t/sites.hbs:2:3: there is no nam: there are upstreams"],
  ])("goes on with the accepted source where the one on disk %s, and says why", (_, wanted, fault) => {
    expect(inForce(wanted, accepted("old"))).toEqual({ text: "old", by: "old", fault });
    expect(inForce(wanted, null)).toEqual({ text: null, by: null, fault });
  });

  test("goes on with the last text where the accepted source is no good either", () => {
    expect(inForce(GONE, accepted("{{nam}}"))).toEqual({ text: "last text", by: "{{nam}}", fault: "gone" });
    expect(inForce(loaded("{{nam}}"), accepted("{{nam}}"))).toMatchObject({ text: "last text" });
  });

  test.each([
    ["of the last text, where nothing can be rendered", loaded("{{nam}}"), accepted("{{nam}}"), true],
    ["not of what the accepted source renders", loaded("{{nam}}"), accepted("old"), false],
    ["not of what was never there", loaded("{{nam}}"), null, false],
    ["not of the source on disk", loaded("new"), accepted("old"), false],
  ])("says that it is frozen %s", (_, wanted, before, isFrozen) => {
    const [one] = templatesInForce({ wanted: [wanted], refused: [] }, before === null ? [] : [before], VIEW);
    expect(one?.isFrozen).toBe(isFrozen);
  });

  test("passes over what Nginx refused, as long as it would print just that", () => {
    const because = "/t/sites.hbs: Nginx refused what it prints: [emerg] no";
    expect(inForce(loaded("new"), accepted("old"), [refusal("new")])).toEqual({ text: "old", by: "old", fault: because });
    expect(inForce(loaded("new"), accepted("old"), [refusal("new"), refusal("old")])).toMatchObject({ text: "last text", fault: because });
    expect(inForce(loaded("newer"), accepted("old"), [refusal("new")])).toEqual({ text: "newer", by: "newer", fault: null });
    expect(inForce(loaded("new"), null, [refusal("new")])).toEqual({ text: null, by: null, fault: because });
  });

  test("uses nothing that was accepted from another source, or for another destination", () => {
    expect(inForce(GONE, { ...accepted("old"), source: "/t/other.hbs" })).toMatchObject({ text: null });
    expect(inForce(GONE, { ...accepted("old"), destination: "/n/other.conf" })).toMatchObject({ text: null });
  });

  test("gives a command that runs once the fault as an error", () => {
    expect(() => refuseFaulty(templatesInForce({ wanted: [GONE], refused: [] }, [accepted("old")], VIEW))).toThrow("gone");
    expect(() => refuseFaulty(templatesInForce({ wanted: [loaded("new")], refused: [] }, [], VIEW))).not.toThrow();
  });
});
