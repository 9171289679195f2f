import type { Clock } from "../model/clock.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
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
}

const REQUESTS = 12;
const READING_MS = 2_500;

/** Plays the story and checks it against real requests. Returns whether every scene came out as it should. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const stage = await setStage(options.path, options.clock, options.log);
  try {
    options.write(
      `Consul is ${stage.consulIs}.\nNginx is ${stage.nginxIs}, at ${stage.url}. Every figure below is from ${REQUESTS} requests to it.\n\n`,
    );
    for (const scene of STORY) await play(scene, stage, options);
    options.write("\nThat was all. Nothing is left running, and nothing is left on disk.\n");
    return true;
  } catch (error) {
    if (error instanceof UpstreamdError) throw error;
    options.write(`\nThis did not come out as it should: ${messageOf(error)}\n`);
    return false;
  } finally {
    await stage.strike();
  }
}

async function play(scene: Scene, stage: Stage, { write, fast, clock }: DemoOptions): Promise<void> {
  write(`${scene.says}\n`);
  const began = clock.now();
  await scene.act(stage);
  const shares = await until(
    scene.says,
    () => requestsTo(stage),
    (seen) => isAsExpected(seen, scene.expects),
    clock,
  );
  write(
    `${Object.keys(shares)
      .sort()
      .map((name) => bar(name, shares[name] ?? 0))
      .join("")}  seen after ${Math.round(clock.now() - began)} ms\n`,
  );
  if (!fast) await clock.sleep(READING_MS);
}

async function requestsTo(stage: Stage): Promise<Shares> {
  const mishap = stage.mishap();
  if (mishap !== null) throw new Error(mishap);
  return sendRequests(stage.url, REQUESTS);
}

function isAsExpected(seen: Shares, expected: Shares): boolean {
  return Object.keys({ ...seen, ...expected }).every((name) => seen[name] === expected[name]);
}

function bar(name: string, count: number): string {
  return `  ${name.padEnd(6)} ${"#".repeat(count).padEnd(REQUESTS)} ${count}\n`;
}
