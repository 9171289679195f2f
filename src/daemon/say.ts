import { changeText } from "../model/changes.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Sight } from "../pipeline/turn.ts";
import type { Log } from "../support/log.ts";
import { templateTrouble } from "./refusals.ts";
import type { Situation } from "./situation.ts";

/** One line an outcome: what changed, or why not. What failed again for the same reason is no news. */
export function tellOutcome({ outcome, generation, reason, durationMs, changes }: Outcome, isNews: boolean, log: Log): void {
  const isGood = outcome === "applied" || outcome === "placed" || outcome === "unchanged";
  const fields = { outcome, generation, ...(reason === null ? {} : { reason }), changes: changes.map(changeText), ms: durationMs };
  log[isGood ? "info" : isNews ? "error" : "debug"]("apply", fields);
}

/** Says when Nginx came, went, or was replaced by another. */
export function tellNginx(before: Sight | null, { observed: { nginx } }: Sight, log: Log): void {
  const old = before?.observed.nginx;
  if (old === undefined || (old.state === nginx.state && old.master?.pid === nginx.master?.pid)) return;
  const fields = {
    before: old.state,
    state: nginx.state,
    master: nginx.master?.pid ?? null,
    ...(nginx.reason === null ? {} : { reason: nginx.reason }),
  };
  log[nginx.state === "running" ? "info" : "warn"]("Nginx changed", fields);
}

/** Says, when that changed since the last look, what is wrong with the user's own templates, or that nothing is any more. */
export function tellTemplates(situation: Pick<Situation, "seen" | "refusals" | "memory">, now: Sight, log: Log): void {
  const [before, after] = [templateTrouble(situation), templateTrouble({ ...situation, seen: now })];
  if (before === after) return;
  if (after === null) log.info("the templates are used as they are on disk");
  else log.error("blocked", { reason: after });
}

/** Says, when that changed since the last look, which registrations are not what they claim to be. */
export function tellLeftOut(before: Sight | null, now: Sight, log: Log): void {
  const known = new Set(leftOut(before).map((fields) => JSON.stringify(fields)));
  for (const fields of leftOut(now)) {
    if (!known.has(JSON.stringify(fields))) log.warn("an instance is left out", fields);
  }
}

function leftOut(sight: Sight | null) {
  return (sight?.candidate.upstreams ?? []).flatMap(({ upstream, judgements }) =>
    judgements
      .filter(({ invalid }) => invalid)
      .map(({ instance, because }) => ({ upstream: upstream.name, node: instance.node, id: instance.id, because })),
  );
}
