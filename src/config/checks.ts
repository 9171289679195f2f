import { type Settings, type UpstreamSettings, watchesOf } from "../model/settings.ts";
import type { Issue } from "./issue.ts";
import { isLoopback } from "./listen.ts";
import type { FileSettings } from "./schema.ts";
import { unsupported } from "./unsupported.ts";
import { named, quoted } from "./visible.ts";

/** One plain word of Nginx, and nothing that would have to be quoted. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** What no single value shows: names that clash, files that are missing or shared, more watches than connections. */
export function crossChecks(file: FileSettings, settings: Settings): readonly Issue[] {
  return [
    ...missingUpstreams(file),
    ...badNames(settings.upstreams),
    ...clashes(settings.upstreams),
    ...unsupported(file, settings.upstreams),
    ...missingStreamOutput(settings),
    ...sharedOutput(settings),
    ...tooManyWatches(file, settings),
    ...remoteListen(file),
  ];
}

function missingUpstreams(file: FileSettings): readonly Issue[] {
  if (file.upstreams !== undefined) return [];
  return [{ path: ["upstreams"], at: "key", text: "found nothing, expected at least one upstream, such as { api: {} }." }];
}

/** The issue of a name that no upstream can have; null where it can. */
export function badName(name: string): Issue | null {
  if (NAME.test(name)) return null;
  const rule = 'expected a name of letters, digits, "_", "." and "-" that begins with a letter or digit, 128 at most.';
  return { path: ["upstreams", name], at: "key", text: `found the name ${quoted(name)}, ${rule}` };
}

function badNames(upstreams: readonly UpstreamSettings[]): readonly Issue[] {
  return upstreams.flatMap(({ name }) => badName(name) ?? []);
}

function clashes(upstreams: readonly UpstreamSettings[]): readonly Issue[] {
  const seen = new Map<string, string>();
  return upstreams.flatMap(({ name, protocol }): readonly Issue[] => {
    const key = `${protocol} ${name.toLowerCase()}`;
    const first = seen.get(key);
    seen.set(key, first ?? name);
    if (first === undefined) return [];
    const text = `${named(name)} and ${named(first)} are one name to Nginx, which does not look at case, and both are ${protocol}. Rename one.`;
    return [{ path: ["upstreams", name], at: "key", text }];
  });
}

function missingStreamOutput({ upstreams, outputs }: Settings): readonly Issue[] {
  const first = upstreams.find(({ protocol }) => protocol === "stream");
  if (first === undefined || outputs.stream !== null) return [];
  const text = `found nothing, expected a path, because upstream ${named(first.name)} is stream. Name a file that nginx.conf includes inside stream { }.`;
  return [{ path: ["output", "stream"], at: "key", text }];
}

function sharedOutput({ outputs }: Settings): readonly Issue[] {
  if (outputs.http === null || outputs.http !== outputs.stream) return [];
  const text = `${named(outputs.http)} is the file for http as well. Name another one for stream.`;
  return [{ path: ["output", "stream"], at: "value", text }];
}

function tooManyWatches({ consul }: FileSettings, settings: Settings): readonly Issue[] {
  const count = watchesOf(settings).length;
  if (count <= consul.connections) return [];
  const text = `the upstreams need ${count} watches and consul.connections is ${consul.connections}; watches that share a connection are not built yet in this version.`;
  const remedy = "Configure fewer services, or raise consul.connections if your agents allow more than 200 connections of one client.";
  return [{ path: ["consul", "connections"], at: "value", text: `${text} ${remedy}` }];
}

function remoteListen({ admin }: FileSettings): readonly Issue[] {
  if (admin.listen === undefined || admin.allow_remote || isLoopback(admin.listen.host)) return [];
  const text = `${named(admin.listen.host)} is an address that other machines reach. Use 127.0.0.1, or add allow_remote: true.`;
  return [{ path: ["admin", "listen"], at: "value", text }];
}
