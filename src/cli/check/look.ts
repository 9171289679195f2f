import type { Wanted } from "../../model/check/inclusions.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { Settings } from "../../model/settings.ts";
import { type Survey, surveyNginx } from "../../nginx/survey.ts";
import { destinationsOf } from "../../pipeline/prepare.ts";
import { systemClock } from "../../support/clock.ts";
import { checkDestinations, type SeenDestinations } from "./check-destinations.ts";
import { checkState, type SeenState } from "./check-state.ts";

/** The machine as one look shows it. */
export interface Seen {
  readonly survey: Survey;
  readonly state: SeenState;
  readonly destinations: SeenDestinations;
  /** Every path that may have to change. */
  readonly paths: readonly string[];
  /** Why nothing can be tested here, however well it is rendered; else null. */
  readonly obstacle: string | null;
}

/** Looks at Nginx, the state folder and the destinations, and touches nothing. */
export async function lookAtMachine({ settings, nginx, stateDir }: Configuration): Promise<Seen> {
  const wanted = wantedOf(settings);
  const survey = await surveyNginx(nginx, systemClock);
  const locked = wanted.map(({ path }) => path);
  const state = await checkState(stateDir, locked);
  const paths = destinationsOf(settings, state.memory);
  const { config, build } = survey.installation;
  const destinations = await checkDestinations(wanted, paths, { config, isHere: build !== null });
  return { survey, state, destinations, paths, obstacle: obstacleTo(survey, state, destinations.usable.length < wanted.length) };
}

/** The files that the configuration has something for. */
function wantedOf({ upstreams, outputs, templates }: Settings): readonly Wanted[] {
  const printed = templates.map(
    ({ destination }, i): Wanted => ({ path: destination, setting: `templates[${i}].destination`, block: null }),
  );
  const generated = (["http", "stream"] as const).flatMap((block): readonly Wanted[] => {
    const path = outputs[block];
    return path === null || !upstreams.some(({ protocol }) => protocol === block) ? [] : [{ path, setting: `output.${block}`, block }];
  });
  return [...generated, ...printed];
}

function obstacleTo({ installation }: Survey, { isUsable }: SeenState, lacksDestination: boolean): string | null {
  if (installation.build === null) return "there is no nginx binary";
  if (lacksDestination) return "a destination cannot be used";
  return isUsable ? null : "the state folder cannot be used";
}
