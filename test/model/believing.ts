import { type Belief, believe, keyOf, recall, type UpstreamBelief } from "../../src/model/belief.ts";
import { NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import type { Instance } from "../../src/model/instance.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/model/memory.ts";
import type { Settings, UpstreamSettings } from "../../src/model/settings.ts";
import { buildUpstreams } from "../../src/model/upstreams.ts";
import { aMemory, instanceNumber, remembered, settings, snapshotOf, upstreamSettings, withStatus } from "../builders.ts";

/** Three healthy registrations of `api`. */
export const [A, B, C] = [instanceNumber(1), instanceNumber(2), instanceNumber(3)];
export const sick = (instance: Instance) => ({ ...instance, ...withStatus("critical") });

export function forApi(change: Partial<UpstreamSettings>): Settings {
  return settings({ upstreams: [upstreamSettings(change)] });
}

/** What is believed of `api` after each of these answers: a list of instances, or the sentence why there is none. */
export function believedAfter(
  answers: readonly (readonly Instance[] | string)[],
  options = settings(),
  memory: Memory = EMPTY_MEMORY,
): UpstreamBelief {
  const belief = answers.reduce<Belief>(
    (before, answer) => believe(before, snapshotOf({ api: answer }), options, 0).belief,
    recall(memory, options),
  );
  return theOne(belief);
}

export function theOne(belief: Belief): UpstreamBelief {
  const [only, ...others] = belief.upstreams.values();
  if (only === undefined || others.length > 0) throw new Error(`${belief.upstreams.size} upstreams are believed`);
  return only;
}

export const idsOf = ({ instances }: UpstreamBelief) => instances.map(({ id }) => id);

/** The addresses that take requests. */
export function serving(believed: UpstreamBelief, options: Settings): readonly string[] {
  const [built] = buildUpstreams({ upstreams: new Map([[keyOf(believed), believed]]) }, options, NEWEST_KNOWN);
  return (built?.upstream.servers ?? []).filter(({ state }) => state === "up").map(({ address }) => address);
}

/** What the daemon remembers of the belief after these answers. */
export function memoryAfter(answers: readonly (readonly Instance[] | string)[], options: Settings): Memory {
  return aMemory({ upstreams: [remembered(believedAfter(answers, options).lastGood)] });
}
