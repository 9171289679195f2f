import type { Answer, Watch } from "../model/snapshot.ts";
import type { Log } from "../support/log.ts";
import type { BelievedAnswer } from "./judge.ts";
import type { ConsulReport } from "./standing.ts";

/** Says what is new in a report: once when it starts, once when it is over. */
export function logReport(log: Log, before: ConsulReport | null, now: ConsulReport): void {
  if (now.state !== (before?.state ?? "ok")) {
    if (now.state === "ok") log.info("Consul is believed again");
    else log.warn("Consul is not believed", { state: now.state, reason: now.reason });
  }
  for (const [key, { state, reason }] of now.failures) {
    if (reason !== now.reason && before?.failures.get(key)?.state !== state) log.warn("a service cannot be read", { state, reason });
  }
  for (const key of before?.failures.keys() ?? []) {
    if (!now.failures.has(key)) log.info("a service can be read again", { watch: key });
  }
}

/** Says that others stand under a watched name, once until their number changes. */
export function logStrangers(log: Log, watch: Watch, before: Answer | null, { strangers }: BelievedAnswer): void {
  const known = before?.kind === "believed" ? before.strangers : 0;
  if (strangers > 0 && strangers !== known)
    log.warn("Consul lists services of another name under this one; they are left out", { service: watch.service, strangers });
}
