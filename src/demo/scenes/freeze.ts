import { changeWorld } from "../change-world.ts";
import type { Scene } from "../scene.ts";

export const FREEZE: Scene = {
  name: "freeze",
  title: "Consul freezes",
  says: "The agent stops in the middle and answers nobody. Silence is not believed: traffic goes on, and the state says that it is not up to date. Meanwhile blue asks for the weight 2; that arrives when the agent thaws.",
  from: { servers: { red: 1, green: 2, blue: 1 }, wants: "v2" },
  to: { servers: { red: 1, green: 2, blue: 2 }, wants: "v2" },
  act: async ({ stage, scene, tell, sees, pause, now }) => {
    tell(`consul: ${stage.consul.freeze()}`);
    tell("blue asks for the weight 2 and waits");
    const change = changeWorld(stage, scene.from, scene.to, () => undefined);
    // It fails for itself only when nobody waits for it any more.
    change.catch(() => undefined);
    const { consul, state, reason } = await stage.until(
      "the silence to be noticed",
      stage.status,
      (seen) => seen.consul.state === "frozen",
    );
    tell(`upstreamd status says: ${state}: ${reason ?? consul.reason}`);
    await sees(scene.from);
    await pause();
    now();
    tell(`consul: ${stage.consul.thaw()}`);
    await change;
  },
};
