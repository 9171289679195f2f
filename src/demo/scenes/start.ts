import { changes } from "../change-world.ts";
import type { Scene } from "../scene.ts";
import { NOTHING } from "../world.ts";

export const START: Scene = {
  name: "start",
  title: "One server",
  says: "The shop runs on one server, red, and Consul knows it. upstreamd writes the upstream block, and Nginx is started with it.",
  from: NOTHING,
  to: { servers: { red: 1 }, wants: "all" },
  act: changes,
};
