import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ConsulAgent, startConsul } from "../support/consul-agent.ts";
import { httpProxy, streamProxy } from "../support/nginx-config.ts";
import { type NginxServer, type NginxVersion, startNginx } from "../support/nginx-server.ts";
import { freePort } from "../support/ports.ts";
import { tempFolder } from "../support/tmp.ts";
import { type Daemon, type Result, startUpstreamd, upstreamd } from "../support/upstreamd.ts";

/** A real Consul, a real Nginx that proxies to the upstreams `api` and `tcp`, and a place for one upstreamd. */
export interface Stage {
  readonly consul: ConsulAgent;
  readonly nginx: NginxServer;
  readonly http: string;
  readonly streamPort: number;
  readonly config: string;
  readonly stateDir: string;
  readonly outputs: { readonly http: string; readonly stream: string };
  /** Writes the configuration: the texts go below `upstreams:` and below `nginx:`. */
  configure(upstreams: string, nginx?: string): void;
  run(...args: string[]): Promise<Result>;
  daemon(...args: string[]): Daemon;
}

const PLACEHOLDER = "# Managed by upstreamd\nupstream NAME {\n    server 127.0.0.1:1 down;\n}\n";

/** Sets everything up, with Nginx running on placeholders; `api: {}` is configured. */
export async function setUp(version: NginxVersion, options: { readonly stopped?: boolean } = {}): Promise<Stage> {
  const [port, streamPort] = [await freePort(), await freePort()];
  const files = {
    "conf.d/upstreamd.conf": PLACEHOLDER.replace("NAME", "api"),
    "stream.d/upstreamd.conf": PLACEHOLDER.replace("NAME", "tcp"),
  };
  const [consul, nginx] = await Promise.all([
    startConsul(),
    startNginx({ version, http: httpProxy(port, "api"), stream: streamProxy(streamPort, "tcp"), files, ...options }),
  ]);
  const home = tempFolder("upstreamd");
  const stateDir = join(home, "state");
  mkdirSync(stateDir);
  const config = join(home, "upstreamd.yaml");
  const outputs = { http: join(nginx.httpFolder, "upstreamd.conf"), stream: join(nginx.streamFolder, "upstreamd.conf") };
  const stage: Stage = {
    consul,
    nginx,
    http: `http://127.0.0.1:${port}/`,
    streamPort,
    config,
    stateDir,
    outputs,
    configure: (upstreams, more = "") => writeFileSync(config, configText(stage, upstreams, more)),
    run: (...args) => upstreamd([...args, "-c", config]),
    daemon: (...args) => startUpstreamd(["run", "-c", config, ...args], { stateDir }),
  };
  stage.configure("  api: {}");
  return stage;
}

function configText({ consul, nginx, outputs, stateDir }: Stage, upstreams: string, more: string): string {
  return `consul:
  address: ${consul.url}
nginx:
  binary: ${nginx.binary}
  config: ${nginx.config}
  prefix: ${nginx.prefix}
  pid_file: ${nginx.pidFile}
  args: ["-e", "${nginx.errorLog}"]
${more}
output:
  http: ${outputs.http}
${upstreams.includes("protocol: stream") ? `  stream: ${outputs.stream}\n` : ""}state_dir: ${stateDir}
apply:
  min_interval: 200ms
upstreams:
${upstreams}
`;
}

export function isInSync({ state }: { readonly state: string }): boolean {
  return state === "in_sync";
}
