import type { Clock } from "../model/clock.ts";
import type { Status } from "../model/status.ts";
import type { Log } from "../support/log.ts";
import type { Dry } from "./actors.ts";
import { panelLines } from "./drawing/panel.ts";
import { paragraphLines } from "./drawing/text.ts";
import { playAll, settingOf } from "./play.ts";
import { createProps, type Props } from "./props.ts";
import type { Scene } from "./scene.ts";
import { createScreen, type Screen, type Viewer } from "./screen.ts";
import { type Stage, setStage } from "./stage.ts";
import { STORY } from "./story.ts";
import type { Patience } from "./until.ts";

export interface DemoOptions {
  readonly viewer: Viewer;
  /** Some of the story, in its order. */
  readonly scenes: readonly Scene[];
  /** 1 is normal, 2 twice as quick; infinite: without pauses. */
  readonly speed: number;
  /** Folders in which Consul and Nginx are looked for, with colons between. */
  readonly path: string;
  /** `upstreamd diff` with this configuration file. */
  readonly diff: (configuration: string) => Promise<Dry>;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends it at once, wherever it is. */
  readonly stop: AbortSignal;
}

/** Every scene came out as it should, or it was stopped, or why it did not come out. */
export type DemoEnd = "told" | "stopped" | { readonly failed: unknown };

/** Plays the scenes and checks it against real requests. Never rejects; whatever the end is, nothing is left behind. */
export async function runDemo(options: DemoOptions): Promise<DemoEnd> {
  const props = createProps();
  const { viewer, path, clock, log, diff, stop } = options;
  const patience: Patience = { clock, stop };
  const screen = createScreen(viewer, patience, props);
  const ended: Promise<DemoEnd> = setStage({ path, patience, log, diff }, props)
    .then((stage) => tell(stage, screen, props, options))
    .catch((error: unknown) => (stop.aborted ? "stopped" : { failed: error }));
  const end = await ended;
  await screen.close();
  try {
    await props.strike();
  } catch (error) {
    return { failed: error };
  }
  if (end !== "told") return end;
  if (stop.aborted) return "stopped";
  screen.say(paragraphLines("Nothing is left running, and nothing is left on disk.", settingOf(screen)));
  return "told";
}

async function tell(stage: Stage, screen: Screen, props: Props, { scenes, speed, clock, stop }: DemoOptions): Promise<"told"> {
  const say = (text: string) => screen.say(paragraphLines(text, settingOf(screen)));
  say(
    `Consul is ${stage.consul.is}, Nginx is ${stage.nginxIs}. Fifty requests a second go to ${stage.url} from the first answer to the end.`,
  );
  const status = followStatus(stage, { clock, stop }, props);
  screen.show(() => panelLines({ now: clock.now(), answers: stage.traffic.answers(), status: status() }, settingOf(screen)));
  await playAll(scenes, (scene) => `${STORY.indexOf(scene) + 1}/${STORY.length}`, { stage, screen, patience: { clock, stop }, speed });
  const [requests, reloads] = [stage.traffic.answers().length, stage.reloads()];
  screen.say([[]]);
  say(`That was all: ${requests} requests, none failed, while Nginx was reloaded ${reloads} times (by its own log).`);
  return "told";
}

const STATUS_EVERY_MS = 250;

/** What the daemon said last, asked again and again; null while it does not answer. */
function followStatus(stage: Stage, { clock, stop }: Patience, props: Props): () => Status | null {
  let last: Status | null = null;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, stop]);
  const follow = async () => {
    while (!signal.aborted) {
      last = await stage.status().catch(() => null);
      await clock.sleep(STATUS_EVERY_MS, signal);
    }
  };
  const following = follow();
  props.add({
    remove: async () => {
      ending.abort();
      await following;
    },
  });
  return () => last;
}
