import { type Ask, asksOf, isAsk } from "./asks.ts";
import { has, isAtLeast } from "./capabilities/since.ts";
import { combinationProblems } from "./combinations.ts";
import type { Problem } from "./problem.ts";
import type { Protocol, UpstreamSettings } from "./settings.ts";
import { zoneProblems } from "./shared-zones.ts";
import { forVersion } from "./sticky-fallback.ts";

/** The same for all upstreams, with what one of them must not share with another. */
export function allProblems(
  upstreams: readonly UpstreamSettings[],
  version: string,
): readonly { upstream: UpstreamSettings; problem: Problem }[] {
  const each = upstreams.flatMap((upstream) => problemsOf(upstream, version).map((problem) => ({ upstream, problem })));
  return [...each, ...zoneProblems(upstreams)];
}

/** What of an upstream's settings this version of Nginx does not have, or does not combine. */
export function problemsOf(upstream: UpstreamSettings, version: string): readonly Problem[] {
  const { settings } = forVersion(upstream, version);
  const lacking = asksOf(settings).flatMap((ask) => (isAsk(ask) ? lackOf(ask, settings.protocol, version) : [ask]));
  const misfits = combinationProblems(upstream, settings, version);
  return [...lacking, ...misfits.filter(({ asked }) => lacking.every((other) => other.asked !== asked))];
}

function lackOf({ asked, since, instead }: Ask, protocol: Protocol, version: string): readonly Problem[] {
  if (has(since, protocol, version)) return [];
  const first = since[protocol];
  if (first === undefined) {
    return [{ asked, because: `Nginx has it in ${Object.keys(since).join(" and ")} only, not in ${protocol}`, instead }];
  }
  return isAtLeast(version, first) ? [] : [{ asked, because: `Nginx has it since ${first} and this is ${version}`, instead }];
}
