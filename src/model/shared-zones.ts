import { rowOf } from "./capabilities/since.ts";
import { STICKY } from "./capabilities/sticky.ts";
import type { Problem } from "./problem.ts";
import type { UpstreamSettings } from "./settings.ts";

/** What the zones of upstreams begin with, which no other zone may (facts: Zone names). */
export const OWN_ZONES = "upstreamd_";

/** What is wrong with zones for sessions: one serves one upstream, and none may be called as those that we name. */
export function zoneProblems(upstreams: readonly UpstreamSettings[]): readonly { upstream: UpstreamSettings; problem: Problem }[] {
  const first = new Map<string, string>();
  return upstreams.flatMap((upstream) => {
    const zone = zoneOf(upstream);
    if (zone === null) return [];
    const other = first.get(zone);
    first.set(zone, other ?? upstream.name);
    const because = zone.startsWith(OWN_ZONES) ? "that is how upstreamd calls the zones of upstreams" : takenBy(other);
    if (because === null) return [];
    return [
      { upstream, problem: { asked: `sticky learn with zone ${zone}`, because, instead: "give this upstream a zone of its own name" } },
    ];
  });
}

function takenBy(other: string | undefined): string | null {
  return other === undefined ? null : `upstream ${other} has it, and Nginx keeps the sessions of one upstream in a zone`;
}

function zoneOf({ sticky }: UpstreamSettings): string | null {
  const has = sticky !== null && Object.hasOwn(rowOf(STICKY, sticky.kind)?.attributes ?? {}, "zone");
  const word = has ? sticky.arguments.find((argument) => argument.startsWith(ZONE)) : undefined;
  return word?.slice(ZONE.length).split(":", 1)[0] ?? null;
}

const ZONE = "zone=";
