import { byIdentity } from "./by-identity.ts";
import { has, rowOf } from "./capabilities/since.ts";
import { STICKY } from "./capabilities/sticky.ts";
import type { Sticky, UpstreamSettings } from "./settings.ts";

/** The flag with which as few sessions as possible move when a server comes or goes. */
const CONSISTENT = "consistent";

/**
 * The settings as this version can have them: where it lacks `sticky` and the operator allowed it, a hash of the cookie takes
 * the place of the method, and the notes say what that changes. Otherwise the settings as they are.
 */
export function forVersion(
  upstream: UpstreamSettings,
  version: string,
): { readonly settings: UpstreamSettings; readonly notes: readonly string[] } {
  const { sticky, protocol, algorithm } = upstream;
  if (sticky === null || sticky.fallback === null) return { settings: upstream, notes: [] };
  const since = rowOf(STICKY, sticky.kind)?.since ?? {};
  const first = since[protocol];
  if (first === undefined || has(since, protocol, version)) return { settings: upstream, notes: [] };
  return {
    settings: hashed(upstream, sticky),
    notes: [
      `sticky came with Nginx ${first} and this is ${version}: requests are balanced by a hash of ${sticky.fallback} instead of ${algorithm.method}, as fallback: hash allows`,
      "Nginx does not set that cookie then: the application has to, and a request without it goes to any server",
      "a session moves when its server goes, and some sessions move when a server comes or a weight changes",
    ],
  };
}

/** One object for one upstream, so that what did not change is known not to have. */
const hashed = byIdentity((upstream: UpstreamSettings, { fallback }: Sticky): UpstreamSettings => {
  return { ...upstream, sticky: null, algorithm: { method: "hash", arguments: [fallback ?? "", CONSISTENT] } };
});
