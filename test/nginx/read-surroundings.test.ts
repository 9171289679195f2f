import { expect, test } from "vitest";
import type { SitedDirective, Surroundings } from "../../src/model/surroundings/surroundings.ts";
import { readSurroundings } from "../../src/nginx/read-surroundings.ts";
import { treeOf } from "./files-in-memory.ts";

function read(files: Record<string, string>, edits: Record<string, string | null> = {}, globals: string | null = null): Surroundings {
  return readSurroundings({ config: "/n/n.conf", globals, edits: new Map(Object.entries(edits)), tree: treeOf(files) });
}

/** `name@FILE:LINE`, with what is inside. */
function shape(directives: readonly SitedDirective[]): unknown {
  return directives.map(({ name, file, line, block }) => [`${name}@${file}:${line}`, ...(block === null ? [] : [shape(block)])]);
}

test("readSurroundings puts what is included in the place of its include, and says where each directive is written", () => {
  const { directives, gaps } = read({
    "/n/n.conf": "a;\nhttp {\n  include c/*.conf;\n  z;\n}\n",
    "/n/c/2.conf": "server {\n  b;\n}\n",
    "/n/c/1.conf": "\nx;\n",
    "/n/c/.hidden.conf": "no;\n",
  });
  expect(shape(directives)).toEqual([
    ["a@/n/n.conf:1"],
    ["http@/n/n.conf:2", [["x@/n/c/1.conf:2"], ["server@/n/c/2.conf:1", [["b@/n/c/2.conf:2"]]], ["z@/n/n.conf:4"]]],
  ]);
  expect(gaps).toEqual([]);
});

test("readSurroundings reads a destination as it would be, whether it stands there or not, and says by which lines it is included", () => {
  const files = { "/n/n.conf": "http {\n include c/*.conf; server {\n include /n/c/up.conf; }\n}\n", "/n/c/old.conf": "old;\n" };
  const { directives, inclusions } = read(files, { "/n/c/up.conf": "new;", "/n/c/old.conf": null });
  expect(shape(directives)).toEqual([["http@/n/n.conf:1", [["new@/n/c/up.conf:1"], ["server@/n/n.conf:2", [["new@/n/c/up.conf:1"]]]]]]);
  expect(inclusions).toEqual([
    { destination: "/n/c/up.conf", pattern: "/n/c/*.conf", file: "/n/n.conf", line: 2, inside: ["http"] },
    { destination: "/n/c/up.conf", pattern: "/n/c/up.conf", file: "/n/n.conf", line: 3, inside: ["http", "server"] },
  ]);
});

test("readSurroundings takes the directives of -g for a part of the outermost level", () => {
  expect(shape(read({ "/n/n.conf": "b;" }, {}, "a 1h;").directives)).toEqual([["a@nginx -g:1"], ["b@/n/n.conf:1"]]);
});

test("readSurroundings says which files it could not read, and goes on with the others", () => {
  const { directives, gaps } = read({ "/n/n.conf": "include gone; include bad; a;", "/n/bad": "x {\ninclude y;" });
  expect(shape(directives)).toEqual([["a@/n/n.conf:1"]]);
  expect(gaps).toEqual([
    { file: "/n/gone", because: "ENOENT: there is no such file" },
    { file: "/n/bad", because: 'unexpected end of file, expecting "}" in line 2' },
  ]);
});

test("readSurroundings ends where a file includes itself", () => {
  expect(shape(read({ "/n/n.conf": "a; include b;", "/n/b": "c; include /n/n.conf; include b;" }).directives)).toEqual([
    ["a@/n/n.conf:1"],
    ["c@/n/b:1"],
  ]);
});
