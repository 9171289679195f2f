import type { Intent } from "../../src/model/host.ts";
import type { Memory } from "../../src/model/memory.ts";
import type { Log } from "../../src/support/log.ts";
import { aCheck, aMemory, instanceNumber, placedFile, remembered } from "../builders.ts";

export const CLOCK = { now: () => 0, wall: () => "2026-01-02T03:04:05.678Z", random: () => 0.5, sleep: () => Promise.resolve() };
export const STAMP = "2026-01-02T03-04-05-678Z";

/** Every field that a memory can have. */
export const MEMORY: Memory = aMemory({
  generation: 42,
  verified: {
    hash: "a1",
    at: "2026-01-01T00:00:00.000Z",
    master: { pid: 100, startTicks: 1_000 },
    workers: [{ pid: 101, startTicks: 1_010 }],
  },
  placed: [placedFile("/etc/nginx/conf.d/upstreamd.conf", "b2", 1_000)],
  upstreams: [
    remembered([
      instanceNumber(1, {
        tags: ["v2"],
        meta: { "nginx-weight": "3" },
        checks: [aCheck("passing")],
        taggedAddresses: { wan: { address: "192.0.2.1", port: 80 } },
      }),
      instanceNumber(2),
    ]),
  ],
});

export const INTENT: Intent = {
  generation: 43,
  hash: "c3",
  changes: [
    { path: "/etc/nginx/conf.d/upstreamd.conf", change: "update", before: "old\n", after: "new\n" },
    { path: "/etc/nginx/old.conf", change: "remove", before: "old\n", after: null },
  ],
  remember: { ...MEMORY, verified: null },
};

export interface Heard {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps what it is told. */
export function listeningLog(): { log: Log; heard: Heard[] } {
  const heard: Heard[] = [];
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void heard.push({ level, message, fields });
  return { log: { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") }, heard };
}
