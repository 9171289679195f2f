import type { UpstreamChange } from "../model/changes.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Log } from "../support/log.ts";
import type { Situation } from "./situation.ts";

const told = new WeakMap<Situation, string>();

/** One line an outcome: what changed, or why not. */
export function tellOutcome({ outcome, generation, reason, durationMs, changes }: Outcome, log: Log): void {
  const fields = { outcome, generation, ...(reason === null ? {} : { reason }), upstreams: changes.map(changeText), ms: durationMs };
  if (outcome === "applied" || outcome === "placed" || outcome === "unchanged") log.info("apply", fields);
  else log.error("apply", fields);
}

/** Says once, and again when it changes, which registrations are not what they claim to be. */
export function tellLeftOut(situation: Situation, log: Log): void {
  const leftOut = (situation.seen?.candidate.upstreams ?? []).flatMap(({ upstream, judgements }) =>
    judgements
      .filter(({ invalid }) => invalid)
      .map(({ instance, because }) => ({ upstream: upstream.name, node: instance.node, id: instance.id, because })),
  );
  const text = JSON.stringify(leftOut);
  if ((told.get(situation) ?? "[]") === text) return;
  told.set(situation, text);
  for (const fields of leftOut) log.warn("an instance is left out", fields);
}

function changeText({ name, change, added, removed, changed, directives }: UpstreamChange): string {
  const words = [
    ...added.map(({ address, port }) => `+${address}:${port}`),
    ...removed.map(({ address, port }) => `-${address}:${port}`),
    ...changed.map(({ address, port }) => `~${address}:${port}`),
    ...directives.map((directive) => `~${directive.name}`),
  ];
  return [name, ...(change === "update" ? [] : [change]), ...words].join(" ");
}
