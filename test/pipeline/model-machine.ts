import type { DiskFile, PlacedFile, Placing } from "../../src/model/files.ts";
import { hashFiles, hashText } from "../../src/model/hash.ts";
import type { Host, Intent, Journal, RunningVerdict, SignalVerdict, TestVerdict } from "../../src/model/host.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/model/memory.ts";
import type { NginxNow } from "../../src/model/nginx-process.ts";
import { type FileChange, planFiles } from "../../src/model/plan.ts";
import { runningIsKnown } from "../../src/model/running.ts";
import type { World } from "../../src/pipeline/apply.ts";
import type { Candidate } from "../../src/pipeline/prepare.ts";
import type { Choose } from "./explore.ts";

/** A kill -9: from here on nothing that this world is asked for happens. */
class Killed extends Error {}

/** What a refusing disk looks like. */
class DiskFault extends Error {}

/** A machine of two files and one Nginx, whose every call may go wrong, or be the last one before a kill -9. */
export interface Machine {
  readonly files: Map<string, { text: string; inode: number; at: number }>;
  staged: boolean;
  /** What each generation of workers loaded; the last one is live. */
  running: string | null;
  journal: Intent | null;
  memory: Memory;
  readonly world: (choose: Choose) => World;
  /** Whether the last world was killed. */
  isDead(): boolean;
  observe(): NginxNow;
}

export const PATHS = ["/a.conf", "/b.conf"] as const;
export const GOOD: Choose = () => 0;

export function setOf(text: string): ReadonlyMap<string, string> {
  return new Map(PATHS.map((path) => [path, `${text}${path}`]));
}

export function loads(text: string): boolean {
  return !text.includes("bad");
}

export function createMachine(start: string): Machine {
  let time = 1_000;
  let inode = 1;
  let workers = 1;
  const tick = () => {
    time += 1_000;
    return time;
  };
  const put = (path: string, text: string) => machine.files.set(path, { text, inode: ++inode, at: tick() });
  const onDisk = () => [...machine.files].map(([, { text }]) => text).join("\n");
  const load = () => {
    if (!loads(onDisk())) return;
    machine.running = onDisk();
    workers += 1;
    bornAt = tick();
  };
  let bornAt = 0;
  const set = (change: Partial<Pick<Machine, "staged" | "journal" | "memory">>) => {
    Object.assign(machine, change);
  };
  let dead = false;
  const kill = (): never => {
    dead = true;
    throw new Killed();
  };

  const machine: Machine = {
    files: new Map(),
    staged: false,
    running: null,
    journal: null,
    memory: EMPTY_MEMORY,
    isDead: () => dead,
    observe: () => ({
      state: "running",
      version: "1.31.3",
      versionFrom: "master",
      master: { pid: 1, startTicks: 1 },
      workers: [{ pid: workers + 1, startTicks: bornAt, state: "live" }],
      at: { boot: "this one", ticks: time },
      isHidden: false,
      isStarting: false,
      processes: 1,
      reason: null,
    }),
    world: (choose) => {
      dead = false;
      return {
        host: hostOf(choose),
        journal: journalOf(choose),
        clock: { now: () => time, wall: () => "then", random: () => 0.5, sleep: async () => undefined },
      };
    },
  };

  /** One of the ways in which a call can go: well, with a fault, or cut short before or after it did its work. */
  const call = async <T>(choose: Choose, work: () => T, faults: readonly (() => T)[] = []): Promise<T> => {
    if (dead) throw new Killed();
    const way = choose(3 + faults.length);
    if (way === 1) kill();
    if (way >= 3) return (faults[way - 3] as () => T)();
    const result = work();
    return way === 2 ? kill() : result;
  };
  const refuse = (): never => {
    throw new DiskFault("no space left on device");
  };
  /** Some of the changes, then a fault or a kill. */
  const each = (choose: Choose, changes: readonly FileChange[], one: (change: FileChange) => void) =>
    call(choose, () => changes.forEach(one), [
      refuse,
      () => {
        changes.slice(0, 1).forEach(one);
        refuse();
      },
      () => {
        changes.slice(0, 1).forEach(one);
        kill();
      },
    ]);
  const write = (path: string, text: string | null) => {
    if (text === null) machine.files.delete(path);
    else put(path, text);
  };

  const hostOf = (choose: Choose): Host => ({
    observe: async () => machine.observe(),
    read: async (paths) => paths.map((path) => diskFile(machine, path)),
    test: (files) =>
      call<TestVerdict>(
        choose,
        () =>
          loads([...files.values()].join()) ? { verdict: "accepted", strength: "whole" } : { verdict: "refused", reason: "[emerg] bad" },
        [() => ({ verdict: "accepted", strength: "fragment" }), () => ({ verdict: "impossible", reason: "it hangs" })],
      ),
    rest: () => undefined,
    testLive: () =>
      call<TestVerdict>(
        choose,
        () => (loads(onDisk()) ? { verdict: "accepted", strength: "whole" } : { verdict: "refused", reason: "[emerg] bad" }),
        [() => ({ verdict: "impossible", reason: "it hangs" })],
      ),
    obstacle: () => call<string | null>(choose, () => null, [() => "the binary is being upgraded"]),
    stage: () => call(choose, () => set({ staged: true }), [refuse]),
    place: async (changes) => {
      await each(choose, changes, ({ path, after }) => write(path, after));
      if (!dead) machine.staged = false;
      return changes.flatMap(({ path }) => placingOf(machine, path));
    },
    sync: () => call(choose, () => undefined, [refuse]),
    discard: () => call(choose, () => set({ staged: false }), [refuse]),
    restore: async (changes) => {
      const ours = changes.filter(({ path, after }) => (machine.files.get(path)?.text ?? null) === after);
      await each(choose, ours, ({ path, before }) => write(path, before));
      return ours.flatMap(({ path }) => placingOf(machine, path));
    },
    signal: () =>
      call<SignalVerdict>(choose, () => {
        const before = machine.observe();
        load();
        return { verdict: "signalled", before };
      }, [
        () => ({ verdict: "failed", reason: "not permitted", taken: false }),
        () => {
          load();
          return { verdict: "failed", reason: "the command ended badly", taken: true };
        },
        () => ({ verdict: "signalled", before: machine.observe() }),
      ]),
    verify: (before) =>
      call<RunningVerdict>(choose, () => {
        const now = machine.observe();
        const fresh = now.workers[0]?.pid !== before.workers[0]?.pid;
        return fresh
          ? { verdict: "verified", master: { pid: 1, startTicks: 1 }, workers: now.workers, checked: true }
          : { verdict: "not_verified", reason: "no new worker" };
      }, [() => ({ verdict: "not_verified", reason: "port in use" })]),
  });

  const journalOf = (choose: Choose): Journal => ({
    note: (intent) => call(choose, () => set({ journal: structuredClone(intent) }), [refuse]),
    commit: async (memory) => {
      await call(choose, () => set({ memory: structuredClone(memory) }), [refuse]);
      await call(choose, () => set({ journal: null }), [refuse]);
    },
    forget: () => call(choose, () => set({ journal: null }), [refuse]),
    keep: async () => undefined,
  });

  for (const [path, text] of setOf(start)) put(path, text);
  load();
  return machine;
}

export function diskFile(machine: Machine, path: string): DiskFile {
  const file = machine.files.get(path);
  if (file === undefined) return { path, text: null, identity: null };
  return { path, text: file.text, identity: { device: "1", inode: String(file.inode), changedAtNs: String(BigInt(file.at) * 1_000_000n) } };
}

function placingOf(machine: Machine, path: string): Placing[] {
  const { identity } = diskFile(machine, path);
  return identity === null ? [] : [{ path, identity, placedAt: { boot: "this one", ticks: machine.files.get(path)?.at ?? 0 } }];
}

/** A candidate for the whole of `desired`, as `prepare` would make it for this machine and what is remembered. */
export function candidateFor(machine: Machine, memory: Memory, desired: string): Candidate {
  const files = setOf(desired);
  const disk = PATHS.map((path) => diskFile(machine, path));
  const plan = planFiles(files, disk);
  const hash = hashFiles(files);
  const known = plan.files.length === 0 && runningIsKnown(memory, hash, machine.observe(), disk);
  const placed = [...files].map(([path, text]) => placedAs(machine, path, hashText(text), memory));
  const intent = { generation: memory.generation + 1, hash, changes: plan.files, remember: { ...memory, placed } };
  const nothing = { changes: [], upstreams: [], blocks: [], templates: [], foreign: [], tampered: [] };
  return { ...nothing, files, hash, plan, onDisk: { hash: "" }, known, intent };
}

function placedAs(machine: Machine, path: string, hash: string, { placed }: Memory): PlacedFile {
  const inode = diskFile(machine, path).identity?.inode;
  const unknown = { identity: { device: "", inode: "", changedAtNs: "0" }, placedAt: { boot: "", ticks: 0 } };
  return (
    placed.find((file) => file.path === path && file.hash === hash && file.identity.inode === inode) ?? {
      path,
      protocol: "http",
      hash,
      ...unknown,
    }
  );
}
