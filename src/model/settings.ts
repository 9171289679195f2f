import { type Watch, watchKey } from "./snapshot.ts";
import type { TemplateSettings } from "./user-template.ts";

export type Protocol = "http" | "stream";

/** A simple directive as Nginx has it: a name and its arguments, unquoted. */
export interface Directive {
  readonly name: string;
  readonly arguments: readonly string[];
}

/** A load-balancing method with the arguments it is printed with; `round_robin` is Nginx's default and prints nothing. */
export interface Algorithm {
  readonly method: string;
  readonly arguments: readonly string[];
}

/** Sessions that stay with a server, as the arguments that `sticky` is printed with. */
export interface Sticky {
  readonly kind: string;
  readonly arguments: readonly string[];
  /** The variable whose hash takes the place of the method where Nginx has no `sticky`; null: it is then refused. */
  readonly fallback: string | null;
}

export type IncludeStates = "passing" | "warning" | "any";
export type WhenNoneHealthy = "keep_last" | "all" | "refuse";
export type WhenMaintenance = "down" | "drain" | "remove";
export type AddressChoice = { readonly from: "service" } | { readonly from: "node" } | { readonly from: "tagged"; readonly name: string };

/** What the operator wants of one upstream, with every default filled in. */
export interface UpstreamSettings {
  readonly name: string;
  readonly protocol: Protocol;
  readonly watch: Watch;
  /** An instance must carry all of these, to the letter. */
  readonly tags: readonly string[];
  readonly algorithm: Algorithm;
  readonly sticky: Sticky | null;
  /** `zone`, `keepalive` and the like, without the method and `sticky`, in the order they were asked for. */
  readonly directives: readonly Directive[];
  /** null: Consul's own weights. */
  readonly weight: number | null;
  readonly maxConns: number | null;
  readonly maxFails: number | null;
  /** Seconds. */
  readonly failTimeout: number | null;
  /** Instances with this tag become backups. */
  readonly backupTag: string | null;
  readonly includeStates: IncludeStates;
  readonly whenNoneHealthy: WhenNoneHealthy;
  readonly whenMaintenance: WhenMaintenance;
  readonly address: AddressChoice;
  /** `FILE:LINE:COLUMN` of its name in the configuration, for whoever refuses it; null: the command line asked for it. */
  readonly writtenAt: string | null;
}

/** The brake's measures (docs/configuration.md). */
export interface Safety {
  /** The share of an upstream's servers that may vanish at once. */
  readonly maxDrop: number;
  readonly windowMs: number;
  readonly confirmMs: number;
  /** More servers than this in one upstream are not believed. */
  readonly maxServers: number;
}

/** All that decides what is rendered, apart from Consul, memory, templates and Nginx's version. */
export interface Settings {
  readonly upstreams: readonly UpstreamSettings[];
  /** The file for each protocol; null where no upstream needs one. */
  readonly outputs: Readonly<Record<Protocol, string | null>>;
  /** In the order in which their files are printed. */
  readonly templates: readonly TemplateSettings[];
  readonly safety: Safety;
}

/** The watches that the settings need, each once, in the order of the upstreams. */
export function watchesOf(settings: Settings): readonly Watch[] {
  const byKey = new Map(settings.upstreams.map(({ watch }) => [watchKey(watch), watch]));
  return [...byKey.values()];
}
