import type { Placing } from "../../src/model/files.ts";
import type { Host, Intent, Journal } from "../../src/model/host.ts";
import type { Memory } from "../../src/model/memory.ts";
import type { Moment, NginxNow } from "../../src/model/nginx-process.ts";
import type { World } from "../../src/pipeline/apply.ts";
import { diskFile } from "../builders.ts";
import type { VirtualClock } from "../consul/virtual-clock.ts";

export const DESTINATION = "/etc/nginx/conf.d/upstreamd.conf";

/** A machine that does what it is asked for: files in a map, and an Nginx of one worker. A test replaces what is to go wrong. */
export interface Machine {
  readonly world: World & {
    readonly host: { -readonly [Call in keyof Host]: Host[Call] };
    readonly journal: { -readonly [Call in keyof Journal]: Journal[Call] };
  };
  nginx: NginxNow;
  /** What was asked for beyond looking, in order. */
  readonly calls: string[];
  /** When somebody looked, by the clock. */
  readonly looks: number[];
  /** What was live at each signal, and when that was. */
  readonly signals: { readonly at: number; readonly text: string | null }[];
  readonly commits: Memory[];
  readonly kept: string[];
  /** The intent that is open in the journal. */
  noted: Intent | null;
  /** Writes, as somebody else would; null removes. */
  write(path: string, text: string | null): void;
  text(path?: string): string | null;
  /** Nginx is started anew, by somebody else: another master, other workers. */
  restartNginx(): void;
  /** A worker dies and its master starts another. */
  respawn(): void;
}

export function createMachine(clock: VirtualClock): Machine {
  const files = new Map<string, { text: string; inode: number }>();
  let [inode, pid] = [1, 200];
  const moment = (): Moment => ({ boot: "this boot", ticks: 1_000 + Math.floor(clock.now() / 10) });
  const born = () => ({ pid: ++pid, startTicks: moment().ticks + 1 });
  const write = (path: string, text: string | null) => {
    if (text === null) files.delete(path);
    else files.set(path, { text, inode: ++inode });
  };
  const identityOf = (path: string) => ({ device: "1", inode: String(files.get(path)?.inode), changedAtNs: "1" });
  const running = (): NginxNow => ({
    state: "running",
    version: "1.22.1",
    versionFrom: "master",
    at: moment(),
    master: { pid: 100, startTicks: 1 },
    workers: [{ ...born(), state: "live" }],
    processes: 1,
    reason: null,
    isHidden: false,
    isStarting: false,
  });
  const machine: Machine = {
    world: { host: host(), journal: journal(), clock },
    nginx: { ...running(), workers: [{ pid: 101, startTicks: 2, state: "live" }] },
    calls: [],
    looks: [],
    signals: [],
    commits: [],
    kept: [],
    noted: null,
    write,
    text: (path = DESTINATION) => files.get(path)?.text ?? null,
    restartNginx: () => {
      machine.nginx = { ...running(), master: born() };
    },
    respawn: () => {
      machine.nginx = { ...machine.nginx, workers: [{ ...born(), state: "live" }] };
    },
  };
  return machine;

  function host(): Host {
    return {
      observe: async () => {
        machine.looks.push(clock.now());
        return { ...machine.nginx, at: moment() };
      },
      read: async (paths) => paths.map((path) => diskFile(path, files.get(path)?.text ?? null, files.has(path) ? identityOf(path) : null)),
      test: async () => done("test", { verdict: "accepted", strength: "whole" }),
      rest: () => undefined,
      testLive: async () => done("testLive", { verdict: "accepted", strength: "whole" }),
      obstacle: async () => null,
      stage: async () => done("stage", undefined),
      place: async (changes) => {
        for (const { path, after } of changes) write(path, after);
        const placings = changes.flatMap(({ path, after }): Placing[] =>
          after === null ? [] : [{ path, identity: identityOf(path), placedAt: moment() }],
        );
        return done("place", placings);
      },
      sync: async () => undefined,
      discard: async () => done("discard", undefined),
      restore: async (changes) => {
        for (const { path, before } of changes) write(path, before);
        const placings = changes.flatMap(({ path, before }): Placing[] =>
          before === null ? [] : [{ path, identity: identityOf(path), placedAt: moment() }],
        );
        return done("restore", placings);
      },
      signal: async () => {
        const before = machine.nginx;
        if (before.state === "stopped") return { verdict: "stopped" };
        machine.signals.push({ at: clock.now(), text: machine.text() });
        machine.respawn();
        return done("signal", { verdict: "signalled", before });
      },
      verify: async () => {
        const { master, workers } = machine.nginx;
        if (master === null) return { verdict: "stopped" };
        return done("verify", { verdict: "verified", master, workers: workers.map(({ state: _state, ...id }) => id), checked: true });
      },
    };
  }

  function journal(): Journal {
    return {
      note: async (intent) => {
        machine.noted = intent;
        return done("note", undefined);
      },
      commit: async (memory) => {
        machine.noted = null;
        machine.commits.push(memory);
        return done("commit", undefined);
      },
      forget: async () => {
        machine.noted = null;
        return done("forget", undefined);
      },
      keep: async (path) => {
        machine.kept.push(`${path}: ${machine.text(path)}`);
        return done("keep", undefined);
      },
    };
  }

  function done<T>(call: string, result: T): T {
    machine.calls.push(call);
    return result;
  }
}
