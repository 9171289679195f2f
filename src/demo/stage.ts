import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { messageOf } from "../support/errors.ts";
import type { Log } from "../support/log.ts";
import { type Actors, createActors, type Dry } from "./actors.ts";
import { type DemoBackend, startHttpBackend } from "./backends.ts";
import { findNginx } from "./find-software.ts";
import { freePort } from "./free-port.ts";
import { type LayOut, layOut } from "./lay-out.ts";
import type { Props } from "./props.ts";
import { type DemoConsul, startConsul } from "./start-consul.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import type { Patience } from "./until.ts";
import type { ServerName } from "./world.ts";

/** Everything that the story plays on; all of it on loopback and in one temporary folder. */
export interface Stage extends Actors {
  readonly consul: DemoConsul;
  readonly nginxIs: string;
  /** Where Nginx answers. */
  readonly url: string;
  readonly backends: Readonly<Record<ServerName, DemoBackend>>;
  readonly traffic: Traffic;
}

export interface Surroundings {
  /** Folders in which Consul and Nginx are looked for, with colons between. */
  readonly path: string;
  readonly patience: Patience;
  readonly log: Log;
  /** `upstreamd diff` with this configuration file. */
  readonly diff: (configuration: string) => Promise<Dry>;
}

/** Sets the stage: backends and Consul run, Nginx and the daemon wait for their cue. Whatever it makes it adds to `props` at once. */
export async function setStage({ path, patience, log, diff }: Surroundings, props: Props): Promise<Stage> {
  const nginx = findNginx(path);
  const home = makeHome(props);
  const backends = {
    red: await startBackend("red", props),
    green: await startBackend("green", props),
    blue: await startBackend("blue", props),
  };
  const consul = await startConsul({ home, path, patience }, props);
  const facts: LayOut = { home, nginx, port: await freePort(), consul: consul.registry.address };
  layOut(facts);
  const url = `http://127.0.0.1:${facts.port}/`;
  const traffic = createTraffic(url, patience);
  const actors = createActors({ facts, traffic, patience, log, diff }, props);
  return { consul, nginxIs: nginx, url, backends, traffic, ...actors };
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
