import { changes } from "../change-world.ts";
import type { Scene } from "../scene.ts";

export const JOIN: Scene = {
  name: "join",
  title: "A server joins",
  says: "green registers with Consul, and nobody does anything else. upstreamd renders the block, has Nginx test it, reloads, and looks whether Nginx really runs it.",
  from: { servers: { red: 1 }, wants: "all" },
  to: { servers: { red: 1, green: 1 }, wants: "all" },
  act: changes,
};
