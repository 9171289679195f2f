import type { Scene } from "./scene.ts";
import { DIE } from "./scenes/die.ts";
import { DRY_RUN } from "./scenes/dry-run.ts";
import { FREEZE } from "./scenes/freeze.ts";
import { GROW } from "./scenes/grow.ts";
import { JOIN } from "./scenes/join.ts";
import { REFUSE } from "./scenes/refuse.ts";
import { START } from "./scenes/start.ts";
import { WEIGHTS } from "./scenes/weights.ts";

/** What the demo shows, in order: each scene begins where the one before it ends. */
export const STORY: readonly Scene[] = [START, JOIN, GROW, DIE, WEIGHTS, DRY_RUN, REFUSE, FREEZE];
