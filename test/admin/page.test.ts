import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statusPage } from "../../src/admin/page.ts";
import type { UpstreamStatus } from "../../src/model/status.ts";
import { aStatus } from "../builders.ts";
import { anyText } from "../model/grammar/any-text.ts";

const UPSTREAM: UpstreamStatus = {
  name: "api",
  protocol: "http",
  state: "ok",
  reason: null,
  servers: [{ address: "10.0.0.7", port: 8080, weight: 5, state: "up" }],
  left_out: [],
};

/** The tags of a page, in order: markup that a value brought along would be one more. */
const tagsOf = (page: string) => page.match(/<[^>]*>?/g);

describe("statusPage", () => {
  test("shows what is there", () => {
    const page = statusPage(aStatus({ upstreams: [UPSTREAM], reason: "all is well" }));
    for (const text of ["in_sync", "all is well", "1.22.1", "Generation: 43", "api (http)", "10.0.0.7 8080 weight 5 up"])
      expect(page).toContain(text);
  });

  test("bears what is not known", () => {
    const page = statusPage(
      aStatus({
        running: { hash: null, generation: null, verified_at: null },
        nginx: { state: "unknown", reason: null, version: null, master_pid: null, processes: 0 },
      }),
    );
    expect(page).toContain("Generation: none");
    expect(page).not.toMatch(/null|undefined/);
  });

  test("shows names and reasons as text, never as markup", () => {
    const evil = `<script>alert("1")</script>&lt;'`;
    const page = statusPage(aStatus({ reason: evil, upstreams: [{ ...UPSTREAM, name: evil, reason: evil, state: "kept" }] }));
    expect(page).not.toContain("<script");
    expect(page.split("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;lt;'")).toHaveLength(4);
  });

  test("has the same tags whatever a registry holds", () => {
    const tags = tagsOf(statusPage(aStatus({ reason: "x", upstreams: [{ ...UPSTREAM, reason: "x" }] })));
    fc.assert(
      fc.property(anyText, fc.constantFrom("<", "<b>", "</td>", "-->", '"', ""), (text, markup) => {
        const hostile = `${text}${markup}${text}`;
        const page = statusPage(aStatus({ reason: hostile, upstreams: [{ ...UPSTREAM, name: hostile, reason: hostile }] }));
        expect(tagsOf(page)).toEqual(tags);
      }),
    );
  });
});
