import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PLACES } from "../tools/places.mjs";
import { type Child, startChild } from "./child.ts";
import { consulRegistry, type Registry } from "./consul-registry.ts";
import { freePorts } from "./ports.ts";
import { tempFolder } from "./tmp.ts";
import { until } from "./until.ts";

export interface ConsulOptions {
  readonly node?: string;
  /** Any of the agent's settings, such as `{ acl: { enabled: true, default_policy: "deny" } }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further arguments; `mode` is `-dev` unless another is given. */
  readonly args?: readonly string[];
  readonly mode?: readonly string[];
  /** For requests of the test itself. */
  readonly token?: string;
  /** Asked instead of "it has a leader", for an agent that is to start without one. */
  readonly ready?: (url: string) => Promise<boolean>;
}

/** A real agent on ports of its own. A development agent keeps nothing: after `restart` it is empty. */
export interface ConsulAgent extends Registry {
  readonly url: string;
  readonly node: string;
  readonly ports: { readonly http: number; readonly server: number; readonly serf: number };
  pid(): number;
  /** Nothing answers, nothing is closed, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Starts it again, on the same ports, after `kill` or `stop`, or stops it first. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  output(): string;
}

/** Starts an agent and waits until it has a leader, which takes about 0.2 s. */
export async function startConsul(options: ConsulOptions = {}): Promise<ConsulAgent> {
  const [http = 0, server = 0, serf = 0] = await freePorts(3);
  const node = options.node ?? `node-${http}`;
  const url = `http://127.0.0.1:${http}`;
  const args = argumentsOf({ node, http, server, serf }, options);
  let child = await start(args, url, options);
  const stop = async () => void (await child.stop());
  return {
    ...consulRegistry(url, options.token),
    url,
    node,
    ports: { http, server, serf },
    pid: () => child.pid,
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    restart: async () => {
      await stop();
      child = await start(args, url, options);
    },
    stop,
    output: () => child.stdout() + child.stderr(),
  };
}

interface Names {
  readonly node: string;
  readonly http: number;
  readonly server: number;
  readonly serf: number;
}

/** DNS, gRPC and the gossip between datacenters are off: three ports are all it needs. */
function argumentsOf({ node, http, server, serf }: Names, { config, args = [], mode = ["-dev"] }: ConsulOptions): string[] {
  const ports = [`-http-port=${http}`, `-server-port=${server}`, `-serf-lan-port=${serf}`];
  const off = ["-serf-wan-port=-1", "-dns-port=-1", "-grpc-port=-1", "-grpc-tls-port=-1"];
  return ["agent", ...mode, `-node=${node}`, "-bind=127.0.0.1", ...ports, ...off, "-log-level=error", ...configFile(config), ...args];
}

function configFile(config: ConsulOptions["config"]): string[] {
  if (config === undefined) return [];
  const path = join(tempFolder("consul"), "agent.json");
  writeFileSync(path, JSON.stringify(config));
  return [`-config-file=${path}`];
}

async function start(args: readonly string[], url: string, { ready = hasLeader }: ConsulOptions): Promise<Child> {
  const child = startChild(PLACES.consul.binary, args);
  const isReady = async () => {
    if (!child.running()) return "ended";
    return (await ready(url)) ? "ready" : null;
  };
  const state = await until(`the Consul agent at ${url} to be ready`, isReady, { deadlineMs: 30_000 });
  if (state === "ended") throw new Error(`The Consul agent ended at once: ${child.stdout()}${child.stderr()}`);
  return child;
}

/** Needs no token, and does not hang where there is no leader (a read of data would). */
async function hasLeader(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/v1/status/leader`, { headers: { connection: "close" }, signal: AbortSignal.timeout(1000) });
  return answer.ok && (await answer.json()) !== "";
}
