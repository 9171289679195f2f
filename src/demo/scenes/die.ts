import type { Scene } from "../scene.ts";

export const DIE: Scene = {
  name: "die",
  title: "A server dies",
  says: "green is killed and cannot say goodbye. Nginx hands its requests on to the others, until Consul's health check finds out and upstreamd takes green out. Not one request may fail.",
  from: { servers: { red: 1, green: 1, blue: 1 }, wants: "all" },
  to: { servers: { red: 1, green: "dead", blue: 1 }, wants: "all" },
  act: async ({ stage, tell }) => {
    const { green } = stage.backends;
    await green.stop();
    tell(`green: what it had open is reset, and 127.0.0.1:${green.port} refuses`);
    const words = await stage.until(
      "the health check of green to fail",
      () => stage.consul.registry.failureOf("shop", green),
      (output) => output !== null,
    );
    tell(`consul: green is critical: ${words}`);
  },
};
