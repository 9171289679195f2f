import { changes } from "../change-world.ts";
import type { Scene } from "../scene.ts";

export const WEIGHTS: Scene = {
  name: "weights",
  title: "Weights change",
  says: "green is repaired and comes back on a bigger machine: with the weight 2 in Consul it gets as much as the two others together.",
  from: { servers: { red: 1, green: "dead", blue: 1 }, wants: "all" },
  to: { servers: { red: 1, green: 2, blue: 1 }, wants: "all" },
  act: async (acting) => {
    const { stage, tell, now } = acting;
    await changes(acting);
    const failure = () => stage.consul.registry.failureOf("shop", stage.backends.green);
    await stage.until("the health check of green to pass", failure, (words) => words === null);
    now();
    tell("consul: the health check of green passes again");
  },
};
