import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readUpstreams } from "../../src/model/grammar/upstreams.ts";
import type { Upstream } from "../../src/model/upstream.ts";
import { renderFiles, renderUpstream } from "../../src/render/render.ts";
import { compileTemplates, loadTemplates, type Templates } from "../../src/render/templates.ts";
import { toView } from "../../src/render/view.ts";
import { anyUpstreams, SERVER } from "./upstreams.ts";

const TEMPLATES = loadTemplates();
const OUTPUTS = { http: "/etc/nginx/conf.d/upstreamd.conf", stream: "/etc/nginx/stream.d/upstreamd.conf" };
const API: Upstream = {
  name: "api",
  protocol: "http",
  directives: [{ name: "least_conn", arguments: [] }],
  servers: [{ ...SERVER, weight: 5 }],
};
const DB: Upstream = { name: "db", protocol: "stream", directives: [], servers: [] };

describe("renderFiles", () => {
  test("prints a file a protocol, each upstream as a block, servers last", () => {
    const { files } = renderFiles([API, { ...API, name: "web" }, DB], OUTPUTS, TEMPLATES);
    const block = (name: string) => `upstream ${name} {\n    least_conn;\n    server 10.0.0.7:80 weight=5;\n}\n`;
    const header = "# Managed by upstreamd\n# Changes made here are undone: change Consul or the configuration of upstreamd instead.\n";
    expect([...files]).toEqual([
      [OUTPUTS.http, `${header}\n${block("api")}\n${block("web")}`],
      [OUTPUTS.stream, `${header}\nupstream db {\n    server 127.0.0.1:1 down;\n}\n`],
    ]);
  });

  test("makes no file for a protocol without an output or without upstreams", () => {
    expect([...renderFiles([API], OUTPUTS, TEMPLATES).files.keys()]).toEqual([OUTPUTS.http]);
    expect([...renderFiles([API, DB], { ...OUTPUTS, http: null }, TEMPLATES).files.keys()]).toEqual([OUTPUTS.stream]);
  });

  test("gives the text of each upstream by itself, as it stands in the file", () => {
    const { files, blocks } = renderFiles([API, DB], OUTPUTS, TEMPLATES);
    expect(blocks.map(({ name, protocol }) => [name, protocol])).toEqual([
      ["api", "http"],
      ["db", "stream"],
    ]);
    expect(blocks[0]?.text).toBe(renderUpstream(toView(API), TEMPLATES));
    expect(files.get(OUTPUTS.http)).toContain(blocks[0]?.text);
  });

  test("prints what reads back as the same upstreams, and the same bytes again", () => {
    fc.assert(
      fc.property(anyUpstreams, (upstreams) => {
        const { files } = renderFiles(upstreams, OUTPUTS, TEMPLATES);
        const read = (["http", "stream"] as const).flatMap((protocol): readonly unknown[] => {
          const result = readUpstreams(files.get(OUTPUTS[protocol]) ?? "", protocol);
          return "upstreams" in result ? result.upstreams : [result];
        });
        expect(read).toEqual([...upstreams].sort((a, b) => (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0)));
        expect(renderFiles(upstreams, OUTPUTS, TEMPLATES).files).toEqual(files);
      }),
      { numRuns: 300 },
    );
  });

  test.each(["a b", "a;b", "a{", "a}b", 'a"b', "a\n", "é"])("never prints the name %j", (name) => {
    expect(() => renderFiles([{ ...API, name }], OUTPUTS, TEMPLATES)).toThrow(/^templates\/upstream\.conf\.hbs:1:10: \{\{name\}\} is /);
  });

  test.each(["10.0.0.7;", "10.0.0.7 weight=9", "$host", "unix:/a b"])("never prints the address %j", (address) => {
    expect(() => renderFiles([{ ...API, servers: [{ ...SERVER, address }] }], OUTPUTS, TEMPLATES)).toThrow(
      /^templates\/server\.conf\.hbs:1:8: \{\{endpoint\}\} is /,
    );
  });

  test("lets nothing leave that a template printed beside what it was given", () => {
    const templates = compileTemplates([{ name: "upstream", path: "mine.hbs", source: "upstream {{name}} { server 203.0.113.66:80; }\n" }]);
    expect(() => renderFiles([{ ...API, directives: [] }], OUTPUTS, templates)).toThrow(
      "Cannot use what was rendered for the upstream api: line 1: the server should have address 10.0.0.7",
    );
  });

  test("prints the same bytes whatever it printed before", () => {
    const turn = fc.record({ upstreams: anyUpstreams, stay: fc.array(fc.boolean(), { maxLength: 8 }) });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 5 }), (turns) => {
        let present: readonly Upstream[] = [];
        for (const { upstreams, stay } of turns) {
          const kept = present.filter((_, i) => stay[i] === true);
          const others = upstreams.filter((upstream) => kept.every((old) => old.name.toLowerCase() !== upstream.name.toLowerCase()));
          present = [...kept, ...others];
          const anew = structuredClone(present);
          expect(renderFiles(present, OUTPUTS, TEMPLATES)).toEqual(renderFiles(anew, OUTPUTS, TEMPLATES));
        }
      }),
    );
  });

  test("renders nothing again that did not change", () => {
    const printed: string[] = [];
    const counted: Templates = {
      ...TEMPLATES,
      upstream: (view) => {
        printed.push(view.name);
        return TEMPLATES.upstream(view);
      },
    };
    const many = Array.from({ length: 100 }, (_, i): Upstream => ({ ...API, name: `api-${i}` }));
    const before = renderFiles(many, OUTPUTS, counted).files.get(OUTPUTS.http);
    const after = renderFiles(
      many.map((upstream) => (upstream.name === "api-7" ? { ...upstream, servers: [] } : upstream)),
      OUTPUTS,
      counted,
    ).files.get(OUTPUTS.http);
    expect(printed).toEqual([...many.map(({ name }) => name), "api-7"]);
    expect(after).toBe(before?.replace(/(upstream api-7 \{\n.*\n).*\n/, "$1    server 127.0.0.1:1 down;\n"));
  });
});
