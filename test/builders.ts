import type { DiskFile, FileIdentity, PlacedFile } from "../src/model/files.ts";
import type { Check, Instance } from "../src/model/instance.ts";
import type { Memory, RememberedUpstream } from "../src/model/memory.ts";
import type { Moment, NginxNow, Worker } from "../src/model/nginx-process.ts";
import type { Settings, UpstreamSettings } from "../src/model/settings.ts";
import { type Answer, type Snapshot, type Watch, watchKey } from "../src/model/snapshot.ts";
import type { Status } from "../src/model/status.ts";
import type { Server, Upstream } from "../src/model/upstream.ts";

/** A healthy registration of `api`, with what a test is about changed. */
export function anInstance(change: Partial<Instance> = {}): Instance {
  return {
    datacenter: "dc1",
    node: "web-1",
    id: "api-1",
    service: "api",
    address: "10.0.0.1",
    nodeAddress: "10.0.0.99",
    taggedAddresses: {},
    port: 8080,
    tags: [],
    meta: {},
    weights: { passing: 1, warning: 1 },
    checks: [],
    ...change,
  };
}

/** A registration whose identity follows from its number: `api-7` at 10.0.0.7. */
export function instanceNumber(n: number, change: Partial<Instance> = {}): Instance {
  return anInstance({ id: `api-${n}`, address: `10.0.${Math.floor(n / 250)}.${n % 250}`, ...change });
}

export function aCheck(status: string, change: Partial<Check> = {}): Check {
  return { id: "alive", name: "Alive", status, output: "", ...change };
}

/** The checks of an instance with that one status. */
export function withStatus(status: string): Pick<Instance, "checks"> {
  return { checks: [aCheck(status)] };
}

/** The checks of an instance that was put into maintenance. */
export function inMaintenance(reason = ""): Pick<Instance, "checks"> {
  return { checks: [aCheck("critical", { id: "_service_maintenance:api-1", name: "Service Maintenance Mode", output: reason })] };
}

export function aWatch(service: string, change: Partial<Watch> = {}): Watch {
  return { service, datacenter: null, namespace: null, partition: null, filter: null, ...change };
}

/** Upstream `api` with every default, and what a test is about changed. */
export function upstreamSettings(change: Partial<UpstreamSettings> = {}): UpstreamSettings {
  return {
    name: "api",
    protocol: "http",
    watch: aWatch(change.name ?? "api"),
    tags: [],
    algorithm: { method: "round_robin", arguments: [] },
    sticky: null,
    directives: [],
    weight: null,
    maxConns: null,
    maxFails: null,
    failTimeout: null,
    backupTag: null,
    includeStates: "warning",
    whenNoneHealthy: "keep_last",
    whenMaintenance: "down",
    address: { from: "service" },
    writtenAt: null,
    ...change,
  };
}

export function settings(change: Partial<Settings> = {}): Settings {
  return {
    upstreams: [upstreamSettings()],
    outputs: { http: "/etc/nginx/conf.d/upstreamd.conf", stream: null },
    templates: [],
    safety: { maxDrop: 0.5, windowMs: 5_000, confirmMs: 30_000, maxServers: 10_000 },
    ...change,
  };
}

/** What Consul answers: a list of instances for each service, or the sentence why it is not believed. */
export function snapshotOf(services: Readonly<Record<string, readonly Instance[] | string>>): Snapshot {
  const answers = Object.entries(services).map(([service, said]): [string, Answer] => {
    const answer: Answer =
      typeof said === "string"
        ? { kind: "failed", disbelief: { state: "denied", reason: said } }
        : { kind: "believed", instances: said, strangers: 0 };
    return [watchKey(aWatch(service)), answer];
  });
  return { answers: new Map(answers) };
}

export function aServer(change: Partial<Server> = {}): Server {
  return {
    address: "10.0.0.1",
    port: 8080,
    weight: 1,
    state: "up",
    backup: false,
    maxConns: null,
    maxFails: null,
    failTimeout: null,
    route: null,
    ...change,
  };
}

export function anUpstream(change: Partial<Upstream> = {}): Upstream {
  return { name: "api", protocol: "http", directives: [], servers: [aServer()], ...change };
}

/** What is remembered of upstream `api`, which came from the service of the same name. */
export function remembered(serving: readonly Instance[], change: Partial<RememberedUpstream> = {}): RememberedUpstream {
  const { name = "api" } = change;
  return { name, protocol: "http", watch: watchKey(aWatch(name)), serving, text: `upstream ${name} {\n}\n`, ...change };
}

export function aMemory(change: Partial<Memory> = {}): Memory {
  return { generation: 1, verified: null, placed: [], upstreams: [], templates: [], ...change };
}

export function aWorker(pid: number, change: Partial<Worker> = {}): Worker {
  return { pid, startTicks: pid * 10, state: "live", ...change };
}

/** So many clock ticks after the boot that the tests live in. */
export function momentAt(ticks: number, boot = "this boot"): Moment {
  return { boot, ticks };
}

/** An Nginx whose master has pid 100, begun at tick 1000, and one live worker, 101, at tick 1010; it is now tick 9000. */
export function nginxNow(change: Partial<NginxNow> = {}): NginxNow {
  return {
    state: "running",
    version: "1.22.1",
    versionFrom: "master",
    master: { pid: 100, startTicks: 1_000 },
    workers: [aWorker(101)],
    at: momentAt(9_000),
    processes: 1,
    reason: null,
    isHidden: false,
    isStarting: false,
    ...change,
  };
}

/** The identity of a file that was changed last at that millisecond. */
export function identityAt(ms: number, change: Partial<FileIdentity> = {}): FileIdentity {
  return { device: "1", inode: "7", changedAtNs: `${ms}000000`, ...change };
}

/** A destination that we placed at that tick; it is last changed then, too. */
export function placedFile(path: string, hash: string, ticks: number, change: Partial<PlacedFile> = {}): PlacedFile {
  return { path, protocol: "http", hash, identity: identityAt(ticks * 10), placedAt: momentAt(ticks), ...change };
}

export function diskFile(path: string, text: string | null, identity: FileIdentity | null = null): DiskFile {
  return { path, text, identity };
}

export function aStatus(change: Partial<Status> = {}): Status {
  return {
    version: 1,
    state: "in_sync",
    reason: null,
    desired: { hash: "a1" },
    on_disk: { hash: "a1" },
    running: { hash: "a1", generation: 43, verified_at: "2026-01-01T00:00:00.000Z" },
    consul: { state: "ok", reason: null, last_answer_age_s: 0.8 },
    nginx: { state: "running", reason: null, version: "1.22.1", master_pid: 812, processes: 5 },
    upstreams: [],
    outcomes: [],
    ...change,
  };
}
