import { visible } from "../config/visible.ts";
import { type DemoEnd, runDemo } from "../demo/demo.ts";
import { systemClock } from "../support/clock.ts";
import { createLog } from "../support/create-log.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Io } from "./io.ts";
import type { DemoOptions } from "./options.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What a shell says of a process that one of them ended. */
const EXIT_OF = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** `upstreamd demo`: the story on this machine; quick, and its own judge, where nobody watches. Interrupted, it clears up first. */
export async function demo(options: DemoOptions, io: Io): Promise<number> {
  const level = options.logLevel === "info" ? "error" : options.logLevel;
  const log = createLog({ level, format: options.logFormat, write: (text) => io.stderr.write(text) });
  const fast = options.fast || io.stdout.isTTY !== true;
  const interruption = listenForInterruption(io);
  try {
    const write = (text: string) => void io.stdout.write(text);
    const end = await runDemo({ write, path: io.env["PATH"] ?? "", fast, clock: systemClock, log, stop: interruption.stop });
    return exitOf(end, interruption.cause(), io);
  } finally {
    interruption.off();
  }
}

type Signal = (typeof SIGNALS)[number];
type Cause = Signal | Error | null;

/** A signal, or a stdout that cannot be written, whichever is first. Later ones are heard and change nothing: the stage is being cleared. */
function listenForInterruption(io: Io): { stop: AbortSignal; cause: () => Cause; off: () => void } {
  const controller = new AbortController();
  let cause: Cause = null;
  const interrupt = (by: Signal | Error) => {
    cause ??= by;
    controller.abort();
  };
  io.stdout.on?.("error", interrupt);
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return {
    stop: controller.signal,
    cause: () => cause,
    off: () => {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}

function exitOf(end: DemoEnd, cause: Cause, { stderr }: Io): number {
  if (end === "told") return 0;
  if (end === "stopped" && typeof cause === "string") return EXIT_OF[cause];
  if (end === "stopped") {
    stderr.write("upstreamd: The demo was stopped, because nobody can read it.\n");
    return 1;
  }
  if (end.failed instanceof UpstreamdError) throw end.failed;
  stderr.write(`upstreamd: The demo did not come out as it should: ${visible(messageOf(end.failed))}.\n`);
  return 1;
}
