import { keyOf } from "../model/belief.ts";
import type { Instance } from "../model/instance.ts";
import type { Settings, UpstreamSettings } from "../model/settings.ts";
import type { BuiltUpstream } from "../model/upstreams.ts";
import { dictionary } from "./look-up.ts";
import { type ServerView, toView, type UpstreamView } from "./view.ts";

/** A server with what its registration says of itself: text that whoever may register chose, so it is printed by quote or comment. */
export interface UserServerView extends ServerView {
  /** Whether it stands for nobody, in an upstream that has no server; then the other fields here are null or empty. */
  readonly placeholder: boolean;
  readonly datacenter: string | null;
  readonly node: string | null;
  readonly id: string | null;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  /** What it has no key for is null. */
  readonly meta: Readonly<Record<string, string>>;
}

export interface UserUpstreamView extends Omit<UpstreamView, "servers"> {
  readonly service: string;
  /** null: the agent's own. */
  readonly datacenter: string | null;
  /** The method by Nginx's name: `round_robin`, `least_conn`. */
  readonly algorithm: string;
  readonly servers: readonly UserServerView[];
}

/** What a template of the user's own sees. */
export interface UserView {
  readonly upstreams: readonly UserUpstreamView[];
}

/** Every upstream ready to print, http before stream, each kind by name; every field is there. */
export function toUserView(built: readonly BuiltUpstream[], { upstreams }: Settings): UserView {
  const settings = new Map(upstreams.map((upstream) => [keyOf(upstream), upstream]));
  return { upstreams: built.flatMap((one) => upstreamView(one, settings.get(keyOf(one.upstream))) ?? []) };
}

function upstreamView({ upstream, judgements }: BuiltUpstream, settings: UpstreamSettings | undefined): UserUpstreamView | null {
  if (settings === undefined) return null;
  const { servers, ...view } = toView(upstream);
  const instances = judgements.flatMap(({ server, instance }) => (server === null ? [] : [instance]));
  // Where the placeholder leads, there is a server more than instances.
  const placeholders = servers.length - instances.length;
  return {
    ...view,
    service: settings.watch.service,
    datacenter: settings.watch.datacenter,
    algorithm: settings.algorithm.method,
    servers: servers.map((server, i) => ({ ...server, ...registrationOf(instances[i - placeholders]) })),
  };
}

function registrationOf(instance: Instance | undefined): Omit<UserServerView, keyof ServerView> {
  if (instance === undefined) return { placeholder: true, datacenter: null, node: null, id: null, tags: [], meta: dictionary({}) };
  const { datacenter, node, id, tags, meta } = instance;
  return { placeholder: false, datacenter, node, id, tags: [...new Set(tags)].sort(), meta: dictionary(meta) };
}
