import type { Scene } from "../scene.ts";
import { settingsIn } from "../world.ts";

const MISSPELT = "{ tags: [v2], algorithm: { hash: $remote_adr } }";

export const REFUSE: Scene = {
  name: "refuse",
  title: "A bad change is refused",
  says: "The operator wants each visitor to stay with one server, and misspells a variable. Nginx refuses the candidate in the test, so it is never put in place: traffic goes on, and the reason can be asked for.",
  from: { servers: { red: 1, green: 2, blue: 1 }, wants: "v2" },
  to: { servers: { red: 1, green: 2, blue: 1 }, wants: "v2" },
  act: async ({ stage, scene, tell, sees, pause }) => {
    stage.writeSettings(MISSPELT);
    tell(`upstreamd.yaml: shop: ${MISSPELT}`);
    stage.reload();
    const { reason } = await stage.until("the candidate to be refused", stage.status, ({ state }) => state === "blocked");
    if (reason?.includes('unknown "remote_adr" variable') !== true) throw new Error(`the state is blocked for another reason: ${reason}`);
    tell(`upstreamd status says: blocked: ${reason}`);
    await sees(scene.from);
    await pause();
    tell("He mends it:");
    stage.writeSettings(settingsIn(scene.to));
    tell(`upstreamd.yaml: shop: ${settingsIn(scene.to)}`);
    stage.reload();
  },
};
