import { isDeepStrictEqual } from "node:util";
import { arrives, IN_A_ROW, seesTraffic } from "./arrives.ts";
import { changeWorld } from "./change-world.ts";
import { quotedLines, resultLines, type Setting, sceneLines, shareBars, toldLines } from "./drawing/text.ts";
import type { Acting, Scene } from "./scene.ts";
import type { Screen } from "./screen.ts";
import { sameShares, settledFrom, since } from "./shares.ts";
import type { Stage } from "./stage.ts";
import type { Patience } from "./until.ts";
import { NOTHING, sharesIn, type World } from "./world.ts";

const BEFORE_IT_HAPPENS_MS = 2_200;
const TO_LOOK_MS = 2_500;
const WIDEST = 78;

export interface Performance {
  readonly stage: Stage;
  readonly screen: Screen;
  readonly patience: Patience;
  /** 1 is normal, 2 twice as quick; infinite: without pauses. */
  readonly speed: number;
}

/** Plays scenes in order, each from the world in which it begins; throws when one does not come out as it should. */
export async function playAll(scenes: readonly Scene[], headingOf: (scene: Scene) => string, performance: Performance): Promise<void> {
  let world = NOTHING;
  for (const scene of scenes) {
    if (!isDeepStrictEqual(world, scene.from)) await setUp(performance.stage, world, scene.from);
    await play(scene, headingOf(scene), performance);
    world = scene.to;
  }
}

/** Brings everything, without a word, to where a scene begins. */
async function setUp(stage: Stage, from: World, to: World): Promise<void> {
  await changeWorld(stage, from, to, () => undefined);
  await arrives(stage, to);
}

async function play(scene: Scene, heading: string, { stage, screen, patience, speed }: Performance): Promise<void> {
  const { clock, stop } = patience;
  const pause = async (ms: number) => {
    await clock.sleep(ms / speed, stop);
    stop.throwIfAborted();
  };
  const setting = settingOf(screen);
  screen.say(sceneLines(heading, scene, setting));
  await pause(BEFORE_IT_HAPPENS_MS);
  let began = clock.now();
  const acting: Acting = {
    stage,
    scene,
    tell: (sentence) => screen.say(toldLines(sentence, setting)),
    quote: (text) => screen.say(quotedLines(text)),
    pause: () => pause(TO_LOOK_MS),
    sees: (world) => seesTraffic(stage, world),
    now: () => {
      began = clock.now();
    },
  };
  await scene.act(acting);
  await arrives(stage, scene.to);
  const shares = sharesIn(scene.to, IN_A_ROW);
  if (!screen.viewer.isLive) screen.say(shareBars(shares, setting));
  screen.say(resultLines(shares, movedAfter(scene, stage, began), setting));
  await pause(TO_LOOK_MS);
}

/** Text is read most easily in lines that are not too long. */
export function settingOf({ viewer }: Screen): Setting {
  return { columns: Math.min(viewer.columns(), WIDEST), blocks: viewer.blocks };
}

/** Milliseconds until traffic was shared as it should, and stayed so; null where nothing had to move. */
function movedAfter({ from, to }: Scene, { traffic }: Stage, began: number): number | null {
  const shares = sharesIn(to, IN_A_ROW);
  if (sameShares(sharesIn(from, IN_A_ROW), shares)) return null;
  const settled = settledFrom(since(traffic.answers(), began), shares, IN_A_ROW);
  return settled === null ? null : Math.round(settled.at - began);
}
