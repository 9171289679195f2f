import { runDemo } from "../demo/demo.ts";
import { systemClock } from "../support/clock.ts";
import { createLog } from "../support/log.ts";
import type { Io } from "./io.ts";
import type { DemoOptions } from "./options.ts";

/** `upstreamd demo`: the story on this machine; quick, and its own judge, where nobody watches. */
export async function demo(options: DemoOptions, io: Io): Promise<number> {
  const level = options.logLevel === "info" ? "error" : options.logLevel;
  const log = createLog({ level, format: options.logFormat, write: (text) => io.stderr.write(text) });
  const fast = options.fast || io.stdout.isTTY !== true;
  const came = await runDemo({ write: (text) => io.stdout.write(text), path: io.env["PATH"] ?? "", fast, clock: systemClock, log });
  return came ? 0 : 1;
}
