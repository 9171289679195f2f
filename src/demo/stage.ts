import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration } from "../config/load.ts";
import { NO_OVERRIDES } from "../config/overrides.ts";
import { runDaemon } from "../daemon/daemon.ts";
import type { Clock } from "../model/clock.ts";
import { loadTemplates } from "../render/templates.ts";
import type { Log } from "../support/log.ts";
import { type DemoBackend, startHttpBackend } from "./backends.ts";
import { startChild } from "./child.ts";
import { findNginx } from "./find-software.ts";
import { freePort } from "./free-port.ts";
import { layOut } from "./lay-out.ts";
import type { Registry } from "./registry.ts";
import { startConsul } from "./start-consul.ts";
import { until } from "./until.ts";

/** Everything that the story plays on; all of it on loopback and in one temporary folder. */
export interface Stage {
  readonly consul: Registry;
  readonly consulIs: string;
  readonly nginxIs: string;
  /** Where Nginx answers. */
  readonly url: string;
  readonly backends: Readonly<Record<"red" | "green" | "blue", DemoBackend>>;
  startDaemon(): Promise<void>;
  /** Waits for what upstreamd writes before there is an Nginx: without it Nginx would not start. */
  startNginx(): Promise<void>;
  /** What ended although it should not have; null when all is well. */
  mishap(): string | null;
  strike(): Promise<void>;
}

/** What has to be taken down, the last first. */
type Props = (() => Promise<unknown> | void)[];

/** Sets the stage: backends and Consul run, Nginx and the daemon wait for their cue. */
export async function setStage(path: string, clock: Clock, log: Log): Promise<Stage> {
  const nginx = findNginx(path);
  const props: Props = [];
  const strike = async () => {
    for (const remove of props.splice(0).reverse()) await remove();
  };
  try {
    const home = mkdtempSync(join(tmpdir(), "upstreamd-demo-"));
    props.push(() => rmSync(home, { recursive: true, force: true }));
    const backends = await startBackends(props);
    const consul = await startConsul(path, clock);
    props.push(consul.stop);
    const port = await freePort();
    layOut({ home, nginx, port, consul: consul.registry.address });
    const url = `http://127.0.0.1:${port}/`;
    return {
      consul: consul.registry,
      consulIs: consul.is,
      nginxIs: nginx,
      url,
      backends,
      ...actors({ home, nginx, clock, log }, props),
      strike,
    };
  } catch (error) {
    await strike();
    throw error;
  }
}

async function startBackends(props: Props): Promise<Stage["backends"]> {
  const [red, green, blue] = await Promise.all([startHttpBackend("red"), startHttpBackend("green"), startHttpBackend("blue")]);
  props.push(() => Promise.all([red, green, blue].map((backend) => backend.stop())));
  return { red, green, blue };
}

interface Scenery {
  readonly home: string;
  readonly nginx: string;
  readonly clock: Clock;
  readonly log: Log;
}

function actors({ home, nginx, clock, log }: Scenery, props: Props): Pick<Stage, "startNginx" | "startDaemon" | "mishap"> {
  const mishaps: (() => string | null)[] = [];
  const written = async () => existsSync(join(home, "conf.d", "upstreamd.conf"));
  return {
    startNginx: async () => {
      await until("the upstream to be written", written, (exists) => exists, clock);
      const child = startChild(nginx, ["-p", home, "-c", join(home, "nginx.conf"), "-e", join(home, "error.log")], clock);
      props.push(child.stop);
      mishaps.push(() => (child.ended() === null ? null : `Nginx ended: ${child.ended()}`));
    },
    startDaemon: async () => {
      const daemon = await startDaemon({ home, nginx, clock, log });
      props.push(daemon.stop);
      mishaps.push(daemon.failure);
    },
    mishap: () => mishaps.map((ask) => ask()).find((words) => words !== null) ?? null,
  };
}

/** The daemon itself, in this process. */
async function startDaemon({ home, clock, log }: Scenery): Promise<{ stop: () => Promise<void>; failure: () => string | null }> {
  const environment = { variables: {}, uid: process.getuid?.() ?? null, home, cwd: home };
  const load = () => loadConfiguration({ path: join(home, "upstreamd.yaml"), overrides: NO_OVERRIDES, environment });
  const ending = new AbortController();
  let failure: string | null = null;
  const options = { loadTemplates, adopt: false, clock, log, stop: ending.signal, onReload: () => undefined };
  const over = runDaemon({ configuration: await load(), reload: load, ...options }).catch((error: unknown) => {
    failure = `the daemon ended: ${String(error)}`;
  });
  return {
    failure: () => failure,
    stop: async () => {
      ending.abort();
      await over;
    },
  };
}
