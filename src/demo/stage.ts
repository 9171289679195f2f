import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import { findNginx, findSoftware } from "./find-software.ts";
import { freePort } from "./free-port.ts";
import { type Registry, registryAt } from "./registry.ts";
import { startStandIn } from "./stand-in-consul.ts";
import { until } from "./until.ts";

/** Everything that the story plays on; all of it on loopback and in one temporary folder. */
export interface Stage {
  readonly consul: Registry;
  /** `the real Consul at ...` or `the built-in stand-in`. */
  readonly consulIs: string;
  readonly nginxIs: string;
  /** Where Nginx answers. */
  readonly url: string;
  readonly backends: Readonly<Record<"red" | "green" | "blue", DemoBackend>>;
  /** Waits for what upstreamd writes before there is an Nginx: without it Nginx would not start. */
  startNginx(): Promise<void>;
  startDaemon(): Promise<void>;
  /** What ended although it should not have; null when all is well. */
  mishap(): string | null;
  strike(): Promise<void>;
}

/** Sets the stage: backends and Consul run, Nginx and the daemon wait for their cue. */
export async function setStage(path: string, clock: Clock, log: Log): Promise<Stage> {
  const nginx = findNginx(path);
  const props: (() => Promise<unknown> | void)[] = [];
  const strike = async () => {
    for (const remove of props.splice(0).reverse()) await remove();
  };
  try {
    const home = mkdtempSync(join(tmpdir(), "upstreamd-demo-"));
    props.push(() => rmSync(home, { recursive: true, force: true }));
    const [red, green, blue] = await Promise.all([startHttpBackend("red"), startHttpBackend("green"), startHttpBackend("blue")]);
    props.push(() => Promise.all([red, green, blue].map((backend) => backend.stop())));
    const { consul, consulIs } = await startConsul(path, clock, props);
    const port = await freePort();
    layOut(home, { nginx, port, consul: consul.address });
    return { consul, consulIs, nginxIs: nginx, url: `http://127.0.0.1:${port}/`, backends: { red, green, blue }, ...actors(home, nginx, clock, log, props), strike };
  } catch (error) {
    await strike();
    throw error;
  }
}

async function startConsul(path: string, clock: Clock, props: (() => Promise<unknown> | void)[]): Promise<{ consul: Registry; consulIs: string }> {
  const binary = findSoftware("consul", path);
  if (binary === null) {
    const standIn = await startStandIn({ clock });
    props.push(standIn.stop);
    return { consul: registryAt(standIn.address), consulIs: "the built-in stand-in for Consul (there is no consul on the PATH)" };
  }
  const [http, server, serf] = [await freePort(), await freePort(), await freePort()];
  const off = ["serf-wan", "dns", "grpc", "grpc-tls"].map((name) => `-${name}-port=-1`);
  const args = ["agent", "-dev", "-node=demo", "-bind=127.0.0.1", `-http-port=${http}`, `-server-port=${server}`, `-serf-lan-port=${serf}`, ...off, "-log-level=error"];
  const agent = startChild(binary, args, clock);
  props.push(agent.stop);
  const consul = registryAt(`http://127.0.0.1:${http}`);
  await until("Consul to have a leader", async () => agent.ended() ?? ((await consul.isReady()) || "no leader yet"), (answer) => answer === true, clock);
  return { consul, consulIs: `the real Consul, ${binary}` };
}

/** Nginx's configuration is the operator's and never touched again; upstreamd writes `conf.d/upstreamd.conf` and no more. */
function layOut(home: string, { nginx, port, consul }: { nginx: string; port: number; consul: string }): void {
  mkdirSync(join(home, "conf.d"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${join(home, kind)};`).join("\n");
  writeFileSync(
    join(home, "nginx.conf"),
    `daemon off;
${process.getuid?.() === 0 ? "user root;\n" : ""}worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log notice;
events {}
http {
  access_log off;
${temporary}
  include ${home}/conf.d/*.conf;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://shop; }
  }
}
`,
  );
  writeFileSync(
    join(home, "upstreamd.yaml"),
    `consul:
  address: ${consul}
nginx:
  binary: ${nginx}
  config: ${home}/nginx.conf
  prefix: ${home}
  args: ["-e", "${home}/error.log"]
output:
  http: ${home}/conf.d/upstreamd.conf
state_dir: ${home}/state
apply:
  min_interval: 200ms
upstreams:
  shop: {}
`,
  );
}

function actors(home: string, nginx: string, clock: Clock, log: Log, props: (() => Promise<unknown> | void)[]): Pick<Stage, "startNginx" | "startDaemon" | "mishap"> {
  const mishaps: (() => string | null)[] = [];
  return {
    startNginx: async () => {
      await until("the upstream to be written", async () => existsSync(join(home, "conf.d", "upstreamd.conf")), (exists) => exists, clock);
      const child = startChild(nginx, ["-p", home, "-c", join(home, "nginx.conf"), "-e", join(home, "error.log")], clock);
      props.push(child.stop);
      mishaps.push(() => (child.ended() === null ? null : `Nginx ended: ${child.ended()}`));
    },
    startDaemon: async () => {
      const environment = { variables: {}, uid: process.getuid?.() ?? null, home, cwd: home };
      const load = () => loadConfiguration({ path: join(home, "upstreamd.yaml"), overrides: NO_OVERRIDES, environment });
      const stop = new AbortController();
      let ended: string | null = null;
      const daemon = runDaemon({ configuration: await load(), reload: load, templates: loadTemplates(), adopt: false, clock, log, stop: stop.signal, onReload: () => undefined });
      const over = daemon.catch((error: unknown) => void (ended = `the daemon ended: ${String(error)}`));
      mishaps.push(() => ended);
      props.push(async () => {
        stop.abort();
        await over;
      });
    },
    mishap: () => mishaps.map((ask) => ask()).find((words) => words !== null) ?? null,
  };
}
