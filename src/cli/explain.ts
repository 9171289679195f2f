import { didYouMean } from "../config/suggest.ts";
import { named } from "../config/visible.ts";
import type { Configuration } from "../model/configuration.ts";
import { type ExplainedUpstream, explainUpstreams, unfiltered } from "../model/explain.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { UpstreamdError } from "../support/errors.ts";
import { configurationOf } from "./configuration.ts";
import { explanationAsJson, explanationAsText } from "./explanation.ts";
import type { Io } from "./io.ts";
import { lookAtNginx } from "./nginx.ts";
import type { ExplainOptions } from "./options.ts";
import { prepareOnce } from "./prepare-once.ts";
import { waitingFor } from "./progress.ts";
import { remembered } from "./remembered.ts";
import { obtainSnapshot } from "./snapshot-source.ts";

/** `upstreamd explain`: of every registered instance, whether it takes requests and why, as `run` would decide it. Writes nothing. */
export async function explain(options: ExplainOptions, io: Io): Promise<number> {
  const configuration = narrowed(await configurationOf(options, io), options.upstream);
  const { nginx } = await lookAtNginx(configuration, io);
  const snapshot = await obtainSnapshot(configuration, options.from, options.timeoutMs, io);
  const memory = await remembered(options, configuration, "explaining", io);
  // What templates print decides nothing about instances.
  const userTemplates = { wanted: [], refused: [] };
  const { upstreams } = prepareOnce({ configuration, snapshot, memory, nginx, disk: [], userTemplates });
  const seen = options.from === null ? await withHidden(snapshot, configuration, options.timeoutMs, io) : snapshot;
  const explained = explainUpstreams(upstreams, configuration.settings, seen);
  const known = options.from === null && explained.some(isUnheardOf) ? await namesIn(configuration, io) : [];
  const noted = explained.map((upstream) => (isUnheardOf(upstream) ? withSuggestion(upstream, known) : upstream));
  io.stdout.write(
    options.json ? explanationAsJson(noted) : explanationAsText(noted, { colour: options.color, columns: io.stdout.columns }),
  );
  return 0;
}

/** The configuration with that upstream only, so that the others need not be asked for. */
function narrowed(configuration: Configuration, name: string | null): Configuration {
  const { settings } = configuration;
  const upstreams = settings.upstreams.filter((upstream) => name === null || upstream.name === name);
  if (name === null || upstreams.length > 0) return { ...configuration, settings: { ...settings, upstreams } };
  const names = [...new Set(settings.upstreams.map((upstream) => upstream.name))].sort();
  throw new UpstreamdError("USAGE", `Cannot explain ${named(name)}: no upstream has that name.${didYouMean(name, names)}`, thereAre(names));
}

function thereAre(names: readonly string[]): string {
  if (names.length === 0) return "There are no upstreams yet: name one in the configuration.";
  return names.length === 1 ? `The only one is ${names[0]}.` : `There are ${names.join(", ")}.`;
}

/** Asks once more for what has a filter, without it: what the filter hides is to be listed as well. */
async function withHidden(snapshot: Snapshot, configuration: Configuration, timeoutMs: number, io: Io): Promise<Snapshot> {
  const filtered = configuration.settings.upstreams.filter(({ watch }) => watch.filter !== null);
  if (filtered.length === 0) return snapshot;
  const { askConsul } = await import("./ask-consul.ts");
  try {
    const { answers } = await askConsul(configuration, filtered.map(unfiltered), timeoutMs, io);
    return { answers: new Map([...snapshot.answers, ...answers]) };
  } catch (error) {
    if (!(error instanceof UpstreamdError)) throw error;
    io.stderr.write(`what the filters hide is not listed: ${error.message}\n`);
    return snapshot;
  }
}

function isUnheardOf({ instances }: ExplainedUpstream): boolean {
  return instances.length === 0;
}

/** For a suggestion only: nothing hangs on it. */
const CATALOG_WITHIN_MS = 2_000;

async function namesIn({ consul }: Configuration, io: Io): Promise<readonly string[]> {
  const { serviceNames } = await import("../consul/service-names.ts");
  const names = await waitingFor(`Consul at ${consul.address}`, io, () => serviceNames(consul, CATALOG_WITHIN_MS));
  // A suggestion is typed by somebody: what cannot be is none.
  return "because" in names ? [] : names.filter((name) => named(name) === name);
}

function withSuggestion(upstream: ExplainedUpstream, known: readonly string[]): ExplainedUpstream {
  const { service, notes } = upstream;
  return {
    ...upstream,
    notes: [`no instance of the service ${named(service)} was ever registered.${didYouMean(service, known)}`, ...notes],
  };
}
