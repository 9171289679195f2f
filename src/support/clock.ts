import { setTimeout as delay } from "node:timers/promises";

/** The real clock (a `Clock` of `model/clock` by shape); tests bring their own. */
export const systemClock = {
  now: () => performance.now(),
  wall: () => new Date().toISOString(),
  random: () => Math.random(),
  sleep: async (ms: number, signal?: AbortSignal): Promise<void> => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};
