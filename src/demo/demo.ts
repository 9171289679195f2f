import type { Clock } from "../model/clock.ts";
import type { Log } from "../support/log.ts";
import { createProps } from "./props.ts";
import { type Stage, setStage } from "./stage.ts";
import { type Scene, STORY } from "./story.ts";
import { type Shares, sendRequests } from "./traffic.ts";
import { until } from "./until.ts";

export interface DemoOptions {
  readonly write: (text: string) => void;
  /** Folders in which Consul and Nginx are looked for, with colons between. */
  readonly path: string;
  readonly fast: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it at once, wherever it is. */
  readonly stop: AbortSignal;
}

/** Every scene came out as it should, or it was stopped, or why it did not come out. */
export type DemoEnd = "told" | "stopped" | { readonly failed: unknown };

const REQUESTS = 12;
const READING_MS = 2_500;

/** Plays the story and checks it against real requests. Never rejects; whatever the end is, nothing is left behind. */
export async function runDemo(options: DemoOptions): Promise<DemoEnd> {
  const props = createProps();
  const { write, path, clock, log, stop } = options;
  const ended: Promise<DemoEnd> = setStage({ path, patience: { clock, stop }, log }, props)
    .then((stage) => tell(stage, options))
    .catch((error: unknown) => (stop.aborted ? "stopped" : { failed: error }));
  const end = await ended;
  try {
    await props.strike();
  } catch (error) {
    return { failed: error };
  }
  if (end !== "told") return end;
  if (stop.aborted) return "stopped";
  write("\nThat was all. Nothing is left running, and nothing is left on disk.\n");
  return "told";
}

async function tell(stage: Stage, options: DemoOptions): Promise<"told"> {
  options.write(
    `Consul is ${stage.consulIs}.\nNginx is ${stage.nginxIs}, at ${stage.url}. Every figure below is from ${REQUESTS} requests to it.\n\n`,
  );
  for (const scene of STORY) await play(scene, stage, options);
  return "told";
}

async function play(scene: Scene, stage: Stage, { write, fast, clock, stop }: DemoOptions): Promise<void> {
  stop.throwIfAborted();
  write(`${scene.says}\n`);
  const began = clock.now();
  await scene.act(stage);
  const shares = await until(
    scene.says,
    () => requestsTo(stage, stop),
    (seen) => isAsExpected(seen, scene.expects),
    { clock, stop },
  );
  write(
    `${Object.keys(shares)
      .sort()
      .map((name) => bar(name, shares[name] ?? 0))
      .join("")}  seen after ${Math.round(clock.now() - began)} ms\n`,
  );
  if (!fast) await clock.sleep(READING_MS, stop);
}

async function requestsTo(stage: Stage, stop: AbortSignal): Promise<Shares> {
  const mishap = stage.mishap();
  if (mishap !== null) throw new Error(mishap);
  return sendRequests(stage.url, REQUESTS, stop);
}

function isAsExpected(seen: Shares, expected: Shares): boolean {
  return Object.keys({ ...seen, ...expected }).every((name) => seen[name] === expected[name]);
}

function bar(name: string, count: number): string {
  return `  ${name.padEnd(6)} ${"#".repeat(count).padEnd(REQUESTS)} ${count}\n`;
}
