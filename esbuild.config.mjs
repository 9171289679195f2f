import { rm } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * `node esbuild.config.mjs`: the command as few files, so that it starts quickly (docs/adr/0015-the-command-is-a-bundle.md). What is
 * imported only when it is needed becomes a file of its own. A chunk lies as deep in the package as a file of `src/cli` does, so that
 * paths relative to a file lead to the same place from both.
 */
export const BUNDLE = {
  absWorkingDir: import.meta.dirname,
  entryPoints: ["src/cli/main.ts"],
  outbase: "src",
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Whoever reads a stack finds names in it; smaller files were not quicker.
  minify: false,
  // Beside the files, and read only when a bug is reported.
  sourcemap: "external",
  sourcesContent: false,
  // Packages in the older format ask for built-in modules by `require`.
  banner: {
    js: 'import { createRequire as createRequireOfChunk } from "node:module";\nconst require = createRequireOfChunk(import.meta.url);',
  },
  plugins: [withoutSourceNodes()],
  logLevel: "warning",
};

/** Handlebars has its own plain stand-in for this package, and needs more of it only to write maps of templates. */
function withoutSourceNodes() {
  return {
    name: "without source nodes",
    setup: (bundle) => {
      bundle.onResolve({ filter: /^source-map$/ }, ({ path }) => ({ path, namespace: "nothing" }));
      bundle.onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "" }));
    },
  };
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  await rm(join(BUNDLE.absWorkingDir, BUNDLE.outdir), { recursive: true, force: true });
  await build(BUNDLE);
}
