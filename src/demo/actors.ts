import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fetchStatus } from "../admin/client.ts";
import type { Status } from "../model/status.ts";
import { socketIn } from "../state/store.ts";
import type { Log } from "../support/log.ts";
import { startChild } from "./child.ts";
import { configurationIn, type LayOut, writeConfiguration } from "./lay-out.ts";
import type { Props } from "./props.ts";
import { type DemoDaemon, startDaemon } from "./start-daemon.ts";
import type { Traffic } from "./traffic.ts";
import { type Patience, until } from "./until.ts";

/** The parts that wait for their cue. */
export interface Actors {
  startDaemon(): Promise<void>;
  /** Waits until what upstreamd writes before there is an Nginx is in place: without it Nginx would not start. Traffic begins. */
  startNginx(): Promise<void>;
  /** Writes what the operator wants of the upstream `shop` to upstreamd's configuration. */
  writeSettings(shop: string): void;
  /** Has the daemon read it. */
  reload(): void;
  /** What the daemon says of itself. */
  status(): Promise<Status>;
  /** What `upstreamd diff` says. */
  diff(): Promise<Dry>;
  /** How often Nginx itself says that it was reloaded. */
  reloads(): number;
  /** Asks until the answer is acceptable; throws when that takes too long, or when anything ended or failed that should not have. */
  until<T>(what: string, ask: () => Promise<T> | T, accept: (answer: T) => boolean): Promise<T>;
}

/** What a dry run ended with. */
export interface Dry {
  readonly exit: number;
  readonly text: string;
}

export interface Scenery {
  readonly facts: LayOut;
  readonly traffic: Traffic;
  readonly patience: Patience;
  readonly log: Log;
  readonly diff: (configuration: string) => Promise<Dry>;
}

const STATUS_WITHIN_MS = 5_000;

/** Nginx, the daemon and the operator, with what can be asked of them. */
export function createActors({ facts, traffic, patience, log, diff }: Scenery, props: Props): Actors {
  const { home, nginx } = facts;
  const mishaps: (() => string | null)[] = [() => failureIn(traffic)];
  let daemon: DemoDaemon | null = null;
  const untilWell: Actors["until"] = (what, ask, accept) => {
    const askWell = () => {
      const words = mishaps.map((mishap) => mishap()).find((mishap) => mishap !== null);
      if (words !== undefined) throw new Error(words);
      return ask();
    };
    return until(what, askWell, accept, patience);
  };
  const status = () => fetchStatus(socketIn(join(home, "state")), STATUS_WITHIN_MS);
  // That the file is there is not enough: an Nginx that appears while the daemon is still at it is none that it could tell, so it takes the file back.
  const lastOutcome = () =>
    status().then(
      ({ outcomes }) => outcomes.at(-1)?.outcome ?? null,
      () => null,
    );
  return {
    until: untilWell,
    status,
    startNginx: async () => {
      await untilWell("the upstream to be in place", lastOutcome, (outcome) => outcome === "placed");
      const child = startChild(nginx, ["-p", home, "-c", join(home, "nginx.conf"), "-e", errorLogIn(home)], patience.clock);
      props.add(child);
      // It goes before the Nginx that it keeps an eye on.
      if (daemon !== null) props.add(daemon);
      props.add({ remove: traffic.stop });
      mishaps.push(() => (child.ended() === null ? null : `Nginx ended: ${child.ended()}`));
      traffic.start();
      await untilWell("Nginx to answer", () => traffic.answers().length, Boolean);
    },
    startDaemon: async () => {
      const started = await startDaemon(home, patience, log);
      props.add(started);
      daemon = started;
      mishaps.push(started.failure);
    },
    writeSettings: (shop) => writeConfiguration(facts, shop),
    reload: () => daemon?.reload(),
    diff: () => diff(configurationIn(home)),
    reloads: () => readFileSync(errorLogIn(home), "utf8").split("signal 1 (SIGHUP) received").length - 1,
  };
}

function errorLogIn(home: string): string {
  return join(home, "error.log");
}

function failureIn(traffic: Traffic): string | null {
  const failure = traffic.answers().find(({ failed }) => failed);
  return failure === undefined ? null : `a request failed: ${failure.from}`;
}
