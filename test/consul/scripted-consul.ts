import type { ConsulClient, HealthAsk, Reply } from "../../src/consul/client.ts";
import { ConsulError, type ConsulErrorFacts } from "../../src/consul/consul-error.ts";
import type { Watch } from "../../src/model/snapshot.ts";
import { anEntry } from "./examples.ts";
import { GOOD_HEADERS } from "./raw-server.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** `lies`: an indexed request is answered at once with nothing and index 1, as the streaming back end does. */
export type Mood = "well" | "denied" | "filtered" | "lies" | "garbled";
export type AgentMood = "well" | "down" | "frozen" | "leaderless";

/** A Consul that runs on a virtual clock and does what the test says. */
export interface ScriptedConsul {
  readonly client: ConsulClient;
  /** Every request for a service, in order. */
  readonly asked: { readonly service: string; readonly index: string; readonly at: number }[];
  /** How often the leader was asked for. */
  probes(): number;
  set(service: string, ids: readonly string[]): void;
  mood(service: string, mood: Mood): void;
  agent(mood: AgentMood): void;
  /** All connections break; the index begins again, below what it was. */
  restart(): void;
  truth(service: string): readonly string[];
}

interface Service {
  ids: readonly string[];
  index: number;
  mood: Mood;
}

export function scriptedConsul(clock: VirtualClock): ScriptedConsul {
  const services = new Map<string, Service>();
  const asked: { service: string; index: string; at: number }[] = [];
  let [raft, life, probes, agent] = [20, 0, 0, "well" as AgentMood];
  let waiting = new Set<() => void>();
  const stir = (): void => {
    const woken = waiting;
    waiting = new Set();
    for (const wake of woken) wake();
  };
  const serviceOf = (name: string): Service => {
    const service = services.get(name) ?? { ids: [], index: raft, mood: "well" };
    services.set(name, service);
    return service;
  };
  const stirOrTime = async (ms: number, signal: AbortSignal): Promise<void> => {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await clock.sleep(Math.max(0, ms), woken.signal);
    signal.removeEventListener("abort", wake);
    waiting.delete(wake);
  };
  /** What answers now, or null while nothing does. */
  const answerNow = (watch: Watch, ask: HealthAsk, until: number): Reply | null => {
    const service = serviceOf(watch.service);
    if (agent === "leaderless") throw failure({ kind: "http", status: 500, text: "No cluster leader" });
    const odd = oddAnswer(service.mood, ask.index !== "0");
    if (odd !== null) return odd;
    if (ask.index !== "0" && service.index <= Number(ask.index) && clock.now() < until) return null;
    return {
      headers: { ...GOOD_HEADERS, "x-consul-index": String(service.index) },
      body: service.ids.map((ID) => anEntry({ ID, Service: watch.service })),
    };
  };
  const look = <T>(answer: () => T | null, born: number, signal: AbortSignal): T | null => {
    if (signal.aborted) throw failure({ kind: "aborted" });
    if (agent === "down" || born !== life) throw failure({ kind: "network", code: "ECONNREFUSED", text: "connect ECONNREFUSED" });
    return agent === "frozen" ? null : answer();
  };
  const waitFor = async <T>(ask: { timeoutMs: number; signal: AbortSignal }, answer: () => T | null, until: number): Promise<T> => {
    const [deadline, born] = [clock.now() + ask.timeoutMs, life];
    for (;;) {
      const found = look(answer, born, ask.signal);
      if (found !== null) return found;
      if (clock.now() >= deadline) throw failure({ kind: "timeout" });
      await stirOrTime((clock.now() < until ? Math.min(until, deadline) : deadline) - clock.now(), ask.signal);
    }
  };
  return {
    asked,
    probes: () => probes,
    client: {
      anonymous: false,
      metadata: "ours",
      health: (watch, ask) => {
        asked.push({ service: watch.service, index: ask.index, at: clock.now() });
        const until = clock.now() + ask.waitMs;
        return waitFor(ask, () => answerNow(watch, ask, until), until);
      },
      services: (_place, ask) =>
        waitFor(ask, () => ({ headers: GOOD_HEADERS, body: Object.fromEntries([...services.keys()].map((name) => [name, []])) }), 0),
      leader: (ask) => {
        probes += 1;
        return waitFor(ask, () => (agent === "leaderless" ? "" : "127.0.0.1:8300"), 0);
      },
      close: () => undefined,
    },
    set: (name, ids) => {
      raft += 1;
      Object.assign(serviceOf(name), { ids, index: raft });
      stir();
    },
    mood: (name, mood) => {
      serviceOf(name).mood = mood;
      stir();
    },
    agent: (mood) => {
      agent = mood;
      stir();
    },
    restart: () => {
      life += 1;
      raft = 5;
      for (const service of services.values()) service.index = raft;
      stir();
    },
    truth: (name) => serviceOf(name).ids,
  };
}

function oddAnswer(mood: Mood, blocking: boolean): Reply | null {
  if (mood === "denied") throw failure({ kind: "http", status: 403, text: "ACL not found" });
  if (mood === "garbled") return { headers: GOOD_HEADERS, body: "garbled" };
  if (mood === "filtered") return { headers: { ...GOOD_HEADERS, "x-consul-results-filtered-by-acls": "true" }, body: [] };
  if (mood === "lies" && blocking) return { headers: { ...GOOD_HEADERS, "x-consul-index": "1" }, body: [] };
  return null;
}

function failure(facts: Pick<ConsulErrorFacts, "kind"> & Partial<ConsulErrorFacts>): ConsulError {
  return new ConsulError({ status: null, code: null, text: "", ...facts });
}
