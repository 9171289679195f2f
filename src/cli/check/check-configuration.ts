import type { Finding } from "../../model/check/findings.ts";
import { checkGaps } from "../../model/check/gaps.ts";
import { checkInclusions, type Wanted } from "../../model/check/inclusions.ts";
import { checkKeptConnections } from "../../model/check/kept-connections.ts";
import { checkCapturedHosts, checkPorts, checkTakenNames, checkUndefined } from "../../model/check/names.ts";
import { checkShutdownTimeout } from "../../model/check/shutdown-timeout.ts";
import type { UpstreamSettings } from "../../model/settings.ts";
import { type DefinedUpstream, definedUpstreams } from "../../model/surroundings/defined-upstreams.ts";
import { passesOf } from "../../model/surroundings/passes.ts";
import type { Surroundings } from "../../model/surroundings/surroundings.ts";

export interface ConfigurationFacts {
  readonly surroundings: Surroundings;
  readonly wanted: readonly Wanted[];
  readonly upstreams: readonly UpstreamSettings[];
  /** What stands at our destinations already. */
  readonly rendered: readonly DefinedUpstream[];
  readonly version: string;
}

/** Every rule over the user's own part of Nginx's configuration. */
export function checkConfiguration({ surroundings, wanted, upstreams, rendered, version }: ConfigurationFacts): readonly Finding[] {
  // Without the main file everything is missing, and that says nothing.
  if (surroundings.gaps.some(({ file }) => file === surroundings.config)) return checkGaps(surroundings);
  const defined = definedUpstreams(surroundings, new Set(wanted.flatMap(({ path, block }) => (block === null ? [] : [path]))));
  const passes = passesOf(surroundings);
  return [
    ...checkGaps(surroundings),
    ...checkInclusions(wanted, surroundings),
    ...checkTakenNames(upstreams, defined),
    ...checkPorts(upstreams, passes),
    ...checkUndefined(upstreams, defined, passes, surroundings),
    ...checkKeptConnections(upstreams, passes, version),
    ...checkCapturedHosts(upstreams, passes, rendered),
    ...checkShutdownTimeout(surroundings),
  ];
}
