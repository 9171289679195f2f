import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { BUNDLE } from "../../esbuild.config.mjs";

/** What starts quickly stays quick by what it does not load: time would say so too, but not every time. */
describe("the bundle", () => {
  let outputs: Metafile["outputs"];
  beforeAll(async () => {
    outputs = (await build({ ...BUNDLE, write: false, metafile: true, logLevel: "silent" })).metafile.outputs;
  });

  /** An output and those that it imports at once, without what they import only when it is needed. */
  function loadedWith(output: string, seen = new Set<string>()): ReadonlySet<string> {
    if (seen.has(output)) return seen;
    seen.add(output);
    const atOnce = (outputs[output]?.imports ?? []).filter(({ kind, external }) => kind !== "dynamic-import" && external !== true);
    for (const { path } of atOnce) loadedWith(path, seen);
    return seen;
  }

  /** The packages, and the folders of ours, of which something is in these outputs. */
  function partsOf(loaded: Iterable<string>): readonly string[] {
    const inputs = [...loaded].flatMap((output) => Object.entries(outputs[output]?.inputs ?? {}));
    return [...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => partOf(path)))].sort();
  }

  const chunkOf = (source: string) => Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source)?.[0] ?? source;

  it("loads nothing for --version and --help but the command line", () => {
    expect(partsOf(loadedWith("dist/cli/main.js"))).toEqual([
      "@commander-js/extra-typings",
      "commander",
      "src/cli",
      "src/config",
      "src/support",
    ]);
  });

  it("loads for render neither Consul's client nor YAML nor what only a daemon needs", () => {
    const parts = partsOf([chunkOf("src/cli/render.ts"), chunkOf("src/cli/prepare-once.ts")].flatMap((chunk) => [...loadedWith(chunk)]));
    for (const part of ["zod", "handlebars", "src/nginx", "src/render"]) expect(parts).toContain(part);
    for (const part of ["consul", "papi", "yaml", "pino", "chokidar", "diff", "src/daemon", "src/admin", "src/demo", "src/state"])
      expect(parts).not.toContain(part);
  });

  it("finds the package from every file at the same depth", () => {
    const depths = Object.keys(outputs).map((path) => path.split("/").length);
    expect(new Set(depths)).toEqual(new Set(["src", "cli", "version.ts"].map((_, __, parts) => parts.length)));
  });
});

/** The package of a path in node_modules, the folder of one of ours. */
function partOf(path: string): string {
  const [, inPackage] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return inPackage ?? path.split("/").slice(0, 2).join("/");
}
