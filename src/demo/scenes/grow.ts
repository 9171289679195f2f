import { changes } from "../change-world.ts";
import type { Scene } from "../scene.ts";

export const GROW: Scene = {
  name: "grow",
  title: "And another one",
  says: "blue joins in the same way. Everybody gets a third.",
  from: { servers: { red: 1, green: 1 }, wants: "all" },
  to: { servers: { red: 1, green: 1, blue: 1 }, wants: "all" },
  act: changes,
};
