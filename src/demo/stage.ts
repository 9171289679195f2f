import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { type DemoBackend, startHttpBackend } from "./backends.ts";
import { startChild } from "./child.ts";
import { findNginx } from "./find-software.ts";
import { freePort } from "./free-port.ts";
import { layOut } from "./lay-out.ts";
import type { Prop, Props } from "./props.ts";
import type { Registry } from "./registry.ts";
import { startConsul } from "./start-consul.ts";
import { startDaemon } from "./start-daemon.ts";
import { type Patience, until } from "./until.ts";

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
}

export interface Surroundings {
  /** Folders in which Consul and Nginx are looked for, with colons between. */
  readonly path: string;
  readonly patience: Patience;
  readonly log: Log;
}

/** Sets the stage: backends and Consul run, Nginx and the daemon wait for their cue. Whatever it makes it adds to `props` at once. */
export async function setStage({ path, patience, log }: Surroundings, props: Props): Promise<Stage> {
  const nginx = findNginx(path);
  const home = makeHome(props);
  const backends = {
    red: await startBackend("red", props),
    green: await startBackend("green", props),
    blue: await startBackend("blue", props),
  };
  const consul = await startConsul({ home, path, patience }, props);
  const port = await freePort();
  layOut({ home, nginx, port, consul: consul.registry.address });
  const url = `http://127.0.0.1:${port}/`;
  const actors = createActors({ home, nginx, patience, log }, props);
  return { consul: consul.registry, consulIs: consul.is, nginxIs: nginx, url, backends, ...actors };
}

function makeHome(props: Props): string {
  const parent = resolve(tmpdir());
  try {
    const home = mkdtempSync(join(parent, "upstreamd-demo-"));
    const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    props.add({ remove, removeAtOnce: remove });
    return home;
  } catch (error) {
    throw new Error(`no folder can be made in ${parent} (${messageOf(error)}). TMPDIR can name another place`);
  }
}

async function startBackend(name: string, props: Props): Promise<DemoBackend> {
  const backend = await startHttpBackend(name);
  props.add({ remove: backend.stop });
  return backend;
}

interface Scenery {
  readonly home: string;
  readonly nginx: string;
  readonly patience: Patience;
  readonly log: Log;
}

function createActors({ home, nginx, patience, log }: Scenery, props: Props): Pick<Stage, "startNginx" | "startDaemon" | "mishap"> {
  const mishaps: (() => string | null)[] = [];
  let daemon: Prop | null = null;
  const mishap = () => mishaps.map((ask) => ask()).find((words) => words !== null) ?? null;
  const written = () => {
    const words = mishap();
    if (words !== null) throw new Error(words);
    return existsSync(join(home, "conf.d", "upstreamd.conf"));
  };
  return {
    mishap,
    startNginx: async () => {
      await until("the upstream to be written", written, Boolean, patience);
      const child = startChild(nginx, ["-p", home, "-c", join(home, "nginx.conf"), "-e", join(home, "error.log")], patience.clock);
      props.add(child);
      // It goes before the Nginx that it keeps an eye on.
      if (daemon !== null) props.add(daemon);
      mishaps.push(() => (child.ended() === null ? null : `Nginx ended: ${child.ended()}`));
    },
    startDaemon: async () => {
      const started = await startDaemon(home, patience, log);
      props.add(started);
      daemon = started;
      mishaps.push(started.failure);
    },
  };
}
