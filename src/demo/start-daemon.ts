import { join } from "node:path";
import { loadConfiguration } from "../config/load.ts";
import { NO_OVERRIDES } from "../config/overrides.ts";
import { runDaemon } from "../daemon/daemon.ts";
import { loadTemplates } from "../render/templates.ts";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import type { Prop } from "./props.ts";
import type { Patience } from "./until.ts";

export interface DemoDaemon extends Prop {
  /** Why it ended although nobody told it to; null when it did not. */
  failure(): string | null;
  /** Has it read its configuration again, as SIGHUP would. */
  reload(): void;
}

/** The daemon itself, in this process, with the configuration that lies in the folder of the demo. */
export async function startDaemon(home: string, { clock, stop }: Patience, log: Log): Promise<DemoDaemon> {
  const environment = { variables: {}, uid: process.getuid?.() ?? null, home, cwd: home };
  const load = () => loadConfiguration({ path: join(home, "upstreamd.yaml"), overrides: NO_OVERRIDES, environment });
  const configuration = await load();
  const ending = new AbortController();
  let failure: string | null = null;
  let reload: () => void = () => undefined;
  const over = runDaemon({
    configuration,
    reload: load,
    loadTemplates,
    adopt: false,
    clock,
    log,
    stop: AbortSignal.any([ending.signal, stop]),
    onReload: (callback) => {
      reload = callback;
    },
  }).catch((error: unknown) => {
    failure = `the daemon ended: ${messageOf(error)}`;
  });
  return {
    failure: () => failure,
    reload: () => reload(),
    remove: async () => {
      ending.abort();
      await over;
    },
  };
}
