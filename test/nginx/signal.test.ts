import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { NginxSettings } from "../../src/model/configuration.ts";
import type { NginxNow, Worker } from "../../src/model/nginx-process.ts";
import type { Installation } from "../../src/nginx/installation.ts";
import { readMaster } from "../../src/nginx/masters.ts";
import { obstacleTo, signal } from "../../src/nginx/signal.ts";
import { aWorker, nginxNow } from "../builders.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";
import { NGINX_SETTINGS } from "./a-host.ts";

const COMMAND = { command: ["/bin/true"] };

function installationIn(folder: string): Installation {
  return {
    binary: null,
    build: null,
    arguments: { config: null, prefix: null, globals: null, errorLog: null },
    config: join(folder, "nginx.conf"),
    prefix: folder,
    pidFile: join(folder, "nginx.pid"),
    errorLogs: [],
  };
}

const obstacle = (now: Partial<NginxNow>, settings: Partial<NginxSettings> = {}, folder = tempFolder("nginx")) =>
  obstacleTo(nginxNow(now), installationIn(folder), { ...NGINX_SETTINGS, ...settings });

const workers = (live: number, finishing: number): Partial<NginxNow> => ({
  workers: Array.from({ length: live + finishing }, (_, n): Worker => aWorker(200 + n, { state: n < live ? "live" : "shutting_down" })),
  processes: live + finishing,
});

/** A process that looks like the master of an Nginx. */
async function aMaster(): Promise<number> {
  const child = spawn("/bin/sleep", ["600"], { argv0: "nginx: master process nginx", stdio: "ignore" });
  atEnd(() => child.kill("SIGKILL"));
  return until("the master's title", () => (readMaster(child.pid ?? 0) === null ? null : child.pid));
}

describe("obstacleTo()", () => {
  test("nothing stands in the way of a reload of an Nginx that runs, or starts", () => {
    expect(obstacle({})).toBeNull();
    expect(obstacle({ state: "no_workers", workers: [] })).toBeNull();
  });

  test("a reload may double the live workers up to nginx.process_limit, and not beyond it", () => {
    expect(obstacle(workers(4, 2), { processLimit: 10 })).toBeNull();
    expect(obstacle(workers(4, 3), { processLimit: 10 })).toBe(
      "a reload could bring this Nginx to 11 processes, above nginx.process_limit (10): 3 workers of earlier generations are still finishing; worker_shutdown_timeout bounds that",
    );
    expect(obstacle(workers(0, 10), { processLimit: 10 })).toContain("11 processes");
  });

  test("the limit holds also for a reload by a command, with or without verification of an Nginx that is seen", () => {
    expect(obstacle(workers(4, 3), { processLimit: 10, reload: COMMAND })).toContain("nginx.process_limit (10)");
  });

  test("an upgrade of the binary stands in the way for as long as its old master runs", async () => {
    const folder = tempFolder("nginx");
    const path = join(folder, "nginx.pid.oldbin");
    const pid = await aMaster();
    writeFileSync(path, String(pid));
    expect(obstacle({}, {}, folder)).toContain(path);
    process.kill(pid, "SIGKILL");
    await until("the end of the old master", () => readMaster(pid) === null);
    expect(obstacle({}, {}, folder)).toBeNull();
  });

  test("where it cannot be told whether Nginx runs, that is said, with the reason", () => {
    const unseen: Partial<NginxNow> = { state: "unknown", master: null, workers: [], processes: 0, reason: "the processes are hidden" };
    expect(obstacle(unseen)).toBe("the processes are hidden");
    expect(obstacle({ ...unseen, reason: null })).toBe("the state of Nginx is not known");
    expect(obstacle(unseen, { verify: "none" })).toBe("the processes are hidden");
    expect(obstacle(unseen, { reload: COMMAND })).toBe("the processes are hidden");
  });

  test("who reloads by a command and verifies nothing needs to see nothing", () => {
    const unseen: Partial<NginxNow> = { state: "unknown", master: null, workers: [], processes: 0, reason: "the processes are hidden" };
    expect(obstacle(unseen, { verify: "none", reload: COMMAND })).toBeNull();
  });

  test("nothing stands in the way where there is nobody to tell", () => {
    const stopped: Partial<NginxNow> = { state: "stopped", master: null, workers: [], processes: 0 };
    expect(obstacle(stopped, { processLimit: 0 })).toBeNull();
    expect(obstacle(workers(4, 99), { processLimit: 10, reload: "none" })).toBeNull();
  });
});

describe("signal()", () => {
  const tell = (now: Partial<NginxNow>, settings: Partial<NginxSettings> = {}) =>
    signal(nginxNow(now), installationIn(tempFolder("nginx")), { ...NGINX_SETTINGS, ...settings }, async () => {
      throw new Error("no command was to be started");
    });

  test("tells nobody where there is an obstacle, no Nginx, or an operator who reloads himself", async () => {
    expect(await tell(workers(4, 3), { processLimit: 10 })).toMatchObject({ verdict: "failed", reason: expect.stringContaining("limit") });
    expect(await tell({ state: "stopped", master: null, workers: [] }, { reload: COMMAND })).toEqual({ verdict: "stopped" });
    expect(await tell(workers(4, 99), { reload: "none" })).toEqual({ verdict: "left" });
  });

  test("never signals a process that only has the number of the master", async () => {
    const pid = await aMaster();
    const startTicks = (readMaster(pid)?.startTicks ?? 0) - 1;
    expect(await tell({ master: { pid, startTicks } })).toEqual({
      verdict: "failed",
      reason: "the master ended in this very moment",
      taken: false,
    });
    expect(readMaster(pid)).not.toBeNull();
  });
});
