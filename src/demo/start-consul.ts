import type { Clock } from "../model/clock.ts";
import { startChild } from "./child.ts";
import { findSoftware } from "./find-software.ts";
import { freePort } from "./free-port.ts";
import { type Registry, registryAt } from "./registry.ts";
import { startStandIn } from "./stand-in-consul.ts";
import { until } from "./until.ts";

export interface DemoConsul {
  readonly registry: Registry;
  /** For people: the real one, or the stand-in. */
  readonly is: string;
  stop(): Promise<void>;
}

/** Starts the real Consul when there is one on `path`, else the built-in stand-in. */
export async function startConsul(path: string, clock: Clock): Promise<DemoConsul> {
  const binary = findSoftware("consul", path);
  return binary === null ? startBuiltIn(clock) : startReal(binary, clock);
}

async function startBuiltIn(clock: Clock): Promise<DemoConsul> {
  const { address, stop } = await startStandIn({ clock });
  return { registry: registryAt(address), is: "the built-in stand-in (there is no consul on the PATH)", stop };
}

async function startReal(binary: string, clock: Clock): Promise<DemoConsul> {
  const [http, server, serf] = [await freePort(), await freePort(), await freePort()];
  const ports = [`-http-port=${http}`, `-server-port=${server}`, `-serf-lan-port=${serf}`];
  const off = ["serf-wan", "dns", "grpc", "grpc-tls"].map((name) => `-${name}-port=-1`);
  const agent = startChild(binary, ["agent", "-dev", "-node=demo", "-bind=127.0.0.1", ...ports, ...off, "-log-level=error"], clock);
  const registry = registryAt(`http://127.0.0.1:${http}`);
  const readiness = async () => agent.ended() ?? ((await registry.isReady()) || "no leader yet");
  try {
    await until("Consul to have a leader", readiness, (answer) => answer === true, clock);
  } catch (error) {
    await agent.stop();
    throw error;
  }
  return { registry, is: `the real one, ${binary}`, stop: agent.stop };
}
