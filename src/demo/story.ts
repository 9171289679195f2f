import type { Stage } from "./stage.ts";
import type { Shares } from "./traffic.ts";

/** One thing that happens, and what twelve requests must then look like. */
export interface Scene {
  readonly says: string;
  readonly act: (stage: Stage) => Promise<void>;
  readonly expects: Shares;
}

/** What the demo shows, in order. */
export const STORY: readonly Scene[] = [
  {
    says: "The service shop has one instance, red. upstreamd writes the upstream, Nginx is started.",
    act: async ({ consul, backends, startDaemon, startNginx }) => {
      await consul.register("shop", backends.red);
      await startDaemon();
      await startNginx();
    },
    expects: { red: 12 },
  },
  {
    says: "green joins.",
    act: ({ consul, backends }) => consul.register("shop", backends.green),
    expects: { red: 6, green: 6 },
  },
  {
    says: "blue joins.",
    act: ({ consul, backends }) => consul.register("shop", backends.blue),
    expects: { red: 4, green: 4, blue: 4 },
  },
  {
    says: "red leaves.",
    act: ({ consul, backends }) => consul.deregister(backends.red),
    expects: { green: 6, blue: 6 },
  },
  {
    says: "green gets the weight 3.",
    act: ({ consul, backends }) => consul.register("shop", backends.green, 3),
    expects: { green: 9, blue: 3 },
  },
];
