import type { Check, Instance } from "./instance.ts";
import type { Settings, UpstreamSettings } from "./settings.ts";
import { type Answer, type Snapshot, type Watch, watchKey } from "./snapshot.ts";

/**
 * What Consul might say to every watch of the settings, for where it cannot be asked: of each service an instance in every state, of
 * both families, with weights, a tag, a backup where one is asked for, and metadata of these keys. The addresses are those kept for
 * documentation.
 */
export function sampleSnapshot(settings: Settings, metaKeys: readonly string[] = []): Snapshot {
  const meta = Object.fromEntries(metaKeys.map((key) => [key, "sample"]));
  return answering(settings, (watch, users) =>
    instancesFor(watch, users).map((instance) => ({ ...instance, meta, tags: [...instance.tags, "sample"] })),
  );
}

/** The least that Consul might say of a service that is there: one instance, without metadata. */
export function bareSnapshot(settings: Settings): Snapshot {
  return answering(settings, (watch, users) => instancesFor(watch, users).slice(0, 1));
}

/** Nobody is registered. */
export function emptySnapshot(settings: Settings): Snapshot {
  return answering(settings, () => []);
}

type Registered = (watch: Watch, users: readonly UpstreamSettings[]) => readonly Instance[];

function answering({ upstreams }: Settings, registered: Registered): Snapshot {
  const byWatch = new Map<string, UpstreamSettings[]>();
  for (const upstream of upstreams) byWatch.set(watchKey(upstream.watch), [...(byWatch.get(watchKey(upstream.watch)) ?? []), upstream]);
  return {
    answers: new Map([...byWatch].map(([key, users]) => [key, believed(users[0] === undefined ? [] : registered(users[0].watch, users))])),
  };
}

function believed(instances: readonly Instance[]): Answer {
  return { kind: "believed", instances, strangers: 0 };
}

function instancesFor(watch: Watch, users: readonly UpstreamSettings[]): readonly Instance[] {
  const tags = [...new Set(users.flatMap((user) => user.tags))];
  const backups = users.flatMap(({ backupTag }) => backupTag ?? []);
  const taggedNames = users.flatMap(({ address }) => (address.from === "tagged" ? [address.name] : []));
  const make = (number: number, address: string, change: Partial<Instance> = {}): Instance => ({
    datacenter: watch.datacenter ?? "dc1",
    node: `sample-${number}`,
    id: `${watch.service}-${number}`,
    service: watch.service,
    address,
    nodeAddress: address,
    taggedAddresses: Object.fromEntries(taggedNames.map((name) => [name, { address, port: 8080 }])),
    port: 8080,
    tags,
    meta: {},
    weights: { passing: number, warning: 1 },
    checks: [check("passing")],
    ...change,
  });
  return [
    make(1, "192.0.2.1"),
    make(2, "2001:db8::2", { checks: [check("warning")] }),
    make(3, "192.0.2.3", { checks: [check("critical")] }),
    make(4, "192.0.2.4", { checks: [check("critical", `_service_maintenance:${watch.service}-4`)] }),
    ...(backups.length === 0 ? [] : [make(5, "192.0.2.5", { tags: [...tags, ...backups] })]),
  ];
}

function check(status: string, id = "sample"): Check {
  return { id, name: "Sample", status, output: "" };
}
