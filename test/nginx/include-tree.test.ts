import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createIncludeTree, followLinks, outermostDirectives } from "../../src/nginx/include-tree.ts";
import { planShadow } from "../../src/nginx/shadow-plan.ts";
import { tempFolder } from "../support/tmp.ts";

function tree(files: Record<string, string>): { folder: string; config: string } {
  const folder = tempFolder("tree");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, config: join(folder, "nginx.conf") };
}

describe("outermostDirectives()", () => {
  test("follows includes of the main level only", () => {
    const { config } = tree({ "nginx.conf": "include m/*.conf;\npid b;\nhttp { include h; }", "m/1.conf": "pid a;", h: "pid never;" });
    expect(
      outermostDirectives(config, createIncludeTree())
        .filter(({ name }) => name === "pid")
        .map(({ arguments: [path] }) => path),
    ).toContain("a");
    expect(JSON.stringify(outermostDirectives(config, createIncludeTree()))).not.toContain("never");
  });
});

describe("followLinks()", () => {
  test("follows links of folders and files, also to what is not there, and survives circles", () => {
    const folder = followLinks(tempFolder("links"));
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "alias"));
    symlinkSync("../nowhere/x", join(folder, "real", "dangling"));
    symlinkSync("b", join(folder, "a"));
    symlinkSync("a", join(folder, "b"));
    expect(followLinks(join(folder, "alias", "new.conf"))).toBe(join(folder, "real", "new.conf"));
    expect(followLinks(join(folder, "alias", "dangling"))).toBe(join(folder, "nowhere", "x"));
    expect(["a", "b"].map((name) => join(folder, name))).toContain(followLinks(join(folder, "a")));
  });
});

describe("planShadow()", () => {
  test("copies only what leads to a destination, and keeps every line where it was", () => {
    const { folder, config } = tree({
      "nginx.conf": 'events {}\nhttp {\n  include\n  "site.inc"\n  ;\n  include mime.types; # types\n}\n',
      "site.inc": "include conf.d/*.conf;\n",
      "mime.types": "types { }\n",
      "conf.d/a.conf": "",
      "conf.d/c.conf": "",
    });
    const files = new Map([[join(folder, "conf.d/b.conf"), "upstream b { server 127.0.0.1:1; }\n"]]);
    const plan = planShadow({ config, edits: files, destinations: [...files.keys()], root: "/root", tree: createIncludeTree() });
    if ("because" in plan) throw new Error(plan.because);
    const main = plan.files.get(plan.main) ?? "";
    expect(main.split("\n").map((line) => line.trim())).toEqual([
      "events {}",
      "http {",
      "include",
      expect.stringMatching(/^"\/root\/files\/\d+"$/),
      ";",
      "include mime.types; # types",
      "}",
      "",
    ]);
    expect(plan.files.size).toBe(3);
    expect(
      [...plan.links]
        .filter(([name]) => name.startsWith("/root/globs/000000/"))
        .map(([name, target]) => [name.slice(-1), plan.realNames.get(target) ?? target]),
    ).toEqual([
      ["0", join(folder, "conf.d/a.conf")],
      ["1", join(folder, "conf.d/b.conf")],
      ["2", join(folder, "conf.d/c.conf")],
    ]);
    expect([...plan.reached]).toEqual([followLinks(join(folder, "conf.d/b.conf"))]);
  });

  test("gives up, with the reason, where the includes cannot be followed", () => {
    const { config } = tree({ "nginx.conf": "http { include x; content_by_lua_block { if a then '} end }\n" });
    expect(planShadow({ config, edits: new Map(), destinations: [], root: "/root", tree: createIncludeTree() })).toMatchObject({
      because: expect.stringContaining(config),
    });
    expect(
      planShadow({ config: "/nowhere.conf", edits: new Map(), destinations: [], root: "/root", tree: createIncludeTree() }),
    ).toMatchObject({ because: expect.stringContaining("/nowhere.conf") });
    expect(planShadow({ config, edits: new Map(), destinations: [], root: "/root[1]", tree: createIncludeTree() })).toMatchObject({
      because: expect.stringContaining("/root[1]"),
    });
  });
});
