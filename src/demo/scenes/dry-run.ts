import type { Acting, Scene } from "../scene.ts";
import { settingsIn } from "../world.ts";

export const DRY_RUN: Scene = {
  name: "diff",
  title: "A dry run",
  says: "green and blue run version 2, as their tag says. From now on the operator wants only these. He writes that to upstreamd.yaml, and before he has the daemon read it again he asks what it would change.",
  from: { servers: { red: 1, green: 2, blue: 1 }, wants: "all" },
  to: { servers: { red: 1, green: 2, blue: 1 }, wants: "v2" },
  act: async (acting) => {
    const { stage, scene, tell, sees, pause, now } = acting;
    stage.writeSettings(settingsIn(scene.to));
    tell(`upstreamd.yaml: shop: ${settingsIn(scene.to)}`);
    await ask(acting, 1);
    await sees(scene.from);
    tell("Nothing has changed so far. Now the daemon reads its file again:");
    await pause();
    now();
    stage.reload();
    await sees(scene.to);
    await ask(acting, 0);
  },
};

/** Asks what would change, and insists on the answer: 1 something would, 0 nothing would. */
async function ask({ stage, quote }: Acting, expected: 0 | 1): Promise<void> {
  const { exit, text } = await stage.diff();
  quote(`$ upstreamd diff; echo $?\n${text}${exit}`);
  if (exit !== expected) throw new Error(`upstreamd diff ended with ${exit} where ${expected} was expected, and said: ${text}`);
}
