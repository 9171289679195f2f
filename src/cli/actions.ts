import type { Actions } from "./program.ts";

/** The commands, each loaded only when it is asked for, so that `--version` and `--help` are quick. */
export const ACTIONS: Actions = {
  run: async (options, io) => (await import("./run.ts")).run(options, io),
  render: async (options, io) => (await import("./render.ts")).render(options, io),
  diff: async (options, io) => (await import("./diff.ts")).diff(options, io),
  snapshot: async (options, io) => (await import("./snapshot.ts")).snapshot(options, io),
  status: async (options, io) => (await import("./status.ts")).status(options, io),
  demo: async (options, io) => (await import("./demo.ts")).demo(options, io),
};
