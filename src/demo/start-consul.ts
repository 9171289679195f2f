import { join } from "node:path";
import { messageOf } from "../support/errors.ts";
import { startChild } from "./child.ts";
import { findSoftware } from "./find-software.ts";
import { freePort } from "./free-port.ts";
import type { Props } from "./props.ts";
import { type Registry, registryAt } from "./registry.ts";
import { startStandIn } from "./stand-in-consul.ts";
import { type Patience, until } from "./until.ts";

export interface DemoConsul {
  readonly registry: Registry;
  /** For people: the real one, or the stand-in. */
  readonly is: string;
  /** From now on it answers nobody; says by what means. */
  freeze(): string;
  /** It answers again, first of all what was asked in the meantime; says by what means. */
  thaw(): string;
}

export interface ConsulPlace {
  /** The folder of the demo. */
  readonly home: string;
  /** Folders in which Consul is looked for, with colons between. */
  readonly path: string;
  readonly patience: Patience;
}

/** Starts the real Consul when there is one on the path, else the built-in stand-in. One that does not work is an error. */
export async function startConsul(place: ConsulPlace, props: Props): Promise<DemoConsul> {
  const binary = findSoftware("consul", place.path);
  return binary === null ? startBuiltIn(place.patience, props) : startReal(binary, place, props);
}

async function startBuiltIn({ clock, stop }: Patience, props: Props): Promise<DemoConsul> {
  const consul = await startStandIn({ clock });
  props.add({ remove: consul.stop });
  return {
    registry: registryAt(consul.address, stop),
    is: "the built-in stand-in (there is no consul on the PATH)",
    freeze: () => {
      consul.freeze();
      return "the stand-in holds back every answer";
    },
    thaw: () => {
      consul.thaw();
      return "the stand-in answers again";
    },
  };
}

async function startReal(binary: string, { home, patience }: ConsulPlace, props: Props): Promise<DemoConsul> {
  const [http, server, serf] = [await freePort(), await freePort(), await freePort()];
  const ports = [`-http-port=${http}`, `-server-port=${server}`, `-serf-lan-port=${serf}`];
  const off = ["serf-wan", "dns", "grpc", "grpc-tls"].map((name) => `-${name}-port=-1`);
  const own = ["-node=demo", `-pid-file=${join(home, "consul.pid")}`, "-log-level=error"];
  const registry = registryAt(`http://127.0.0.1:${http}`, patience.stop);
  const agent = startChild(binary, ["agent", "-dev", "-bind=127.0.0.1", ...own, ...ports, ...off], patience.clock);
  props.add(agent);
  try {
    await until("a leader", () => leads(registry, agent.ended), Boolean, patience);
  } catch (error) {
    throw new Error(`${binary} does not work: ${messageOf(error)}. With no consul on the PATH there is a stand-in`);
  }
  return {
    registry,
    is: `the real one, ${binary}`,
    freeze: () => {
      agent.signal("SIGSTOP");
      return "the agent gets SIGSTOP";
    },
    thaw: () => {
      agent.signal("SIGCONT");
      return "the agent gets SIGCONT";
    },
  };
}

async function leads(registry: Registry, ended: () => string | null): Promise<boolean> {
  const isReady = await registry.isReady();
  const lastWords = ended();
  if (lastWords !== null) throw new Error(`it ended, and had said: ${lastWords}`);
  return isReady;
}
