import { type DaemonOptions, runDaemon } from "../daemon/daemon.ts";
import { loadTemplates } from "../render/templates.ts";
import { systemClock } from "../support/clock.ts";
import { createLog } from "../support/create-log.ts";
import type { Log } from "../support/log.ts";
import { configurationOf } from "./configuration.ts";
import type { Io } from "./io.ts";
import type { RunOptions } from "./options.ts";

/** A stop is over within ten seconds (docs/operations.md, Signals); what the last step left half done, the next start takes up. */
const LONGEST_STOP_MS = 8_000;

/** `upstreamd run`: the daemon, until SIGTERM or SIGINT. */
export async function run(options: RunOptions, io: Io): Promise<number> {
  const [stop, stopped] = [new AbortController(), new AbortController()];
  const log = createLog({ level: options.logLevel, format: options.logFormat, write: (text) => io.stderr.write(text) });
  const reloads = listenToSignals(stop, stopped.signal, log);
  const daemon: DaemonOptions = {
    configuration: await configurationOf(options, io),
    reload: () => configurationOf(options, io),
    loadTemplates,
    adopt: options.adopt,
    clock: systemClock,
    log,
    stop: stop.signal,
    onReload: reloads.on,
  };
  try {
    await runDaemon(daemon);
  } finally {
    stopped.abort();
    reloads.off();
  }
  return 0;
}

/** SIGHUP would end us by default, also before anybody has registered for it. */
function listenToSignals(stop: AbortController, stopped: AbortSignal, log: Log) {
  let early = false;
  let onReload = () => {
    early = true;
  };
  const hangup = () => onReload();
  const end = () => {
    stop.abort();
    void systemClock.sleep(LONGEST_STOP_MS, stopped).then(() => {
      if (stopped.aborted) return;
      log.warn("stopped in the middle of an apply; the next start finishes it or takes it back");
      process.exit(0);
    });
  };
  process.on("SIGHUP", hangup).once("SIGTERM", end).once("SIGINT", end);
  return {
    on: (callback: () => void) => {
      onReload = callback;
      if (early) callback();
    },
    off: () => {
      process.off("SIGHUP", hangup).off("SIGTERM", end).off("SIGINT", end);
    },
  };
}
