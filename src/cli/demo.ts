import { Readable } from "node:stream";
import { visible } from "../config/visible.ts";
import type { Dry } from "../demo/actors.ts";
import { type DemoEnd, runDemo } from "../demo/demo.ts";
import type { Scene } from "../demo/scene.ts";
import { chooseScenes, stepList } from "../demo/steps.ts";
import { STORY } from "../demo/story.ts";
import { isProblem } from "../model/problem.ts";
import { systemClock } from "../support/clock.ts";
import { createLog } from "../support/create-log.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { type Log, SILENT } from "../support/log.ts";
import { diff } from "./diff.ts";
import { type Cause, EXIT_OF, listenForInterruption } from "./interruption.ts";
import type { Io } from "./io.ts";
import { commandOptions, type DemoOptions } from "./options.ts";
import { viewerOf } from "./viewer.ts";

/** `upstreamd demo`: the story on this machine; quick, and its own judge, where nobody watches. Interrupted, it clears up first. */
export async function demo(options: DemoOptions, io: Io): Promise<number> {
  if (options.list) {
    io.stdout.write(stepList(STORY));
    return 0;
  }
  const scenes = scenesOf(options);
  const interruption = listenForInterruption(io);
  try {
    const end = await runDemo({
      viewer: viewerOf(options, io),
      scenes,
      speed: options.speed ?? (io.stdout.isTTY === true ? 1 : Number.POSITIVE_INFINITY),
      path: io.env["PATH"] ?? "",
      diff: (configuration) => diffOf(configuration, options, io),
      clock: systemClock,
      log: logOf(options, io),
      stop: interruption.stop,
    });
    return exitOf(end, interruption.cause(), io);
  } finally {
    interruption.off();
  }
}

function scenesOf({ steps }: DemoOptions): readonly Scene[] {
  if (steps === null) return STORY;
  const chosen = chooseScenes(steps, STORY);
  if (!isProblem(chosen)) return chosen;
  throw new UpstreamdError("USAGE", `Cannot show ${chosen.asked}: ${chosen.because}`, `The steps are:\n${stepList(STORY).trimEnd()}`);
}

/** What the daemon logs would stand in the middle of the story: only for those who ask for it. */
function logOf({ logLevel, logFormat }: DemoOptions, { stderr }: Io): Log {
  return logLevel === "info" ? SILENT : createLog({ level: logLevel, format: logFormat, write: (text) => stderr.write(text) });
}

const DIFF_WITHIN_MS = 10_000;

/** The command itself, with the file as it lies there; nothing of our own flags and variables is meant for it. */
async function diffOf(config: string, { color }: DemoOptions, { cwd, getuid }: Io): Promise<Dry> {
  let text = "";
  const keep = {
    write: (more: string) => {
      text += more;
    },
  };
  const io: Io = { stdout: keep, stderr: keep, stdin: Readable.from([]), env: {}, cwd, ...(getuid === undefined ? {} : { getuid }) };
  const source = { from: null, services: [], timeoutMs: DIFF_WITHIN_MS, to: null, against: null, json: false };
  const exit = await diff({ ...commandOptions({ config }, io), ...source, color }, io);
  return { exit, text };
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
