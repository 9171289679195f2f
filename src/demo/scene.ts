import type { Stage } from "./stage.ts";
import type { World } from "./world.ts";

/** One thing that happens. Traffic must afterwards be shared as the world that it leads to says, and nothing may have failed. */
export interface Scene {
  /** One word, for `--steps`. */
  readonly name: string;
  readonly title: string;
  /** What a stranger needs to know to see what is going on. */
  readonly says: string;
  readonly from: World;
  readonly to: World;
  /** How it comes to that. */
  readonly act: (acting: Acting) => Promise<void>;
}

/** What a scene acts with. */
export interface Acting {
  readonly stage: Stage;
  readonly scene: Scene;
  /** A sentence on what is being done. */
  tell(sentence: string): void;
  /** What a command printed, as it is. */
  quote(text: string): void;
  /** Gives people time to look. */
  pause(): Promise<void>;
  /** Waits until requests from now on are shared as in this world. */
  sees(world: World): Promise<void>;
  /** The change is made now: how long it takes is counted from here, and else from the beginning of the scene. */
  now(): void;
}
