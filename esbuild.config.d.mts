import type { BuildOptions } from "esbuild";

/** How the command is bundled. */
export const BUNDLE: BuildOptions;
