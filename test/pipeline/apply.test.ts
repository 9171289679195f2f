import { describe, expect, it } from "vitest";
import type { Memory } from "../../src/model/memory.ts";
import type { Deployed } from "../../src/pipeline/apply.ts";
import { deploy, recover } from "../../src/pipeline/deploy.ts";
import { type Choose, explore } from "./explore.ts";
import { candidateFor, createMachine, diskFile, GOOD, loads, type Machine, PATHS, setOf } from "./model-machine.ts";

/** So many things go wrong, over so many lives of the daemon and turns of its loop: a recovery is cut short as well. */
const FAULTS = 3;
const LIVES = 2;
const TURNS = 2;

describe("the apply protocol, whatever goes wrong and wherever it is killed", () => {
  it("ends with running = desired once faults stop, and remembers it", async () => {
    const runs = await explore(async (choose) => {
      const machine = createMachine("old");
      const last = await faultyLives(machine, "new", choose);
      await calmLife(machine, "new", last);
      expect(texts(machine)).toEqual([...setOf("new").values()]);
      expect(machine.running).toBe([...setOf("new").values()].join("\n"));
      expect(machine.memory.verified?.hash).toBe(candidateFor(machine, machine.memory, "new").hash);
      expect({ journal: machine.journal, staged: machine.staged }).toEqual({ journal: null, staged: false });
      expect(candidateFor(machine, machine.memory, "new").known).toBe(true);
    }, FAULTS);
    expect(runs).toBeGreaterThan(10_000);
  }, 60_000);

  it("never leaves a configuration on disk that Nginx refuses, and goes on running the old one", async () => {
    await explore(async (choose) => {
      const machine = createMachine("old");
      const last = await faultyLives(machine, "bad", choose);
      await calmLife(machine, "bad", last);
      expect(texts(machine).every(loads)).toBe(true);
      expect(machine.running).toBe([...setOf("old").values()].join("\n"));
      expect({ journal: machine.journal, staged: machine.staged }).toEqual({ journal: null, staged: false });
    }, FAULTS);
  }, 60_000);

  it("reports a refusal as rejected, with the words of Nginx, and touches no destination", async () => {
    const machine = createMachine("old");
    const before = structuredClone([...machine.files]);
    const { outcome } = await deploy(candidateFor(machine, machine.memory, "bad"), machine.memory, machine.world(GOOD));
    expect(outcome).toMatchObject({ outcome: "rejected", reason: "[emerg] bad", generation: null });
    expect([...machine.files]).toEqual(before);
  });

  it("touches no destination either when a reload may not begin", async () => {
    const machine = createMachine("old");
    const before = structuredClone([...machine.files]);
    const world = machine.world(GOOD);
    const obstructed = { ...world, host: { ...world.host, obstacle: async () => "the binary is being upgraded" } };
    const { outcome } = await deploy(candidateFor(machine, machine.memory, "new"), machine.memory, obstructed);
    expect(outcome).toMatchObject({ outcome: "failed", reason: "the binary is being upgraded" });
    expect([...machine.files]).toEqual(before);
  });

  it("has nothing to tell of an intent of which nothing was placed, and leaves what somebody else wrote meanwhile", async () => {
    const machine = createMachine("old");
    const { intent } = candidateFor(machine, machine.memory, "new");
    machine.files.set("/a.conf", { text: "by hand", inode: 99, at: 99_000 });
    const { outcome, open } = await recover(intent, machine.memory, machine.world(GOOD));
    expect({ outcome, open }).toEqual({ outcome: null, open: null });
    expect(texts(machine)[0]).toBe("by hand");
  });
});

/** What a daemon has in mind from one turn to the next. */
type Mind = Pick<Deployed, "memory" | "open">;

/** Daemons, one after the other, each until it has had its turns or is killed; the last one's mind, unless it was killed. */
async function faultyLives(machine: Machine, desired: string, choose: Choose): Promise<Mind | null> {
  let mind: Mind | null = null;
  for (let life = 0; life < LIVES; life++) {
    mind = { memory: machine.memory, open: machine.journal };
    for (let turn = 0; turn < TURNS && mind !== null; turn++) mind = await oneTurn(machine, desired, mind, choose);
  }
  return mind;
}

async function oneTurn(machine: Machine, desired: string, mind: Mind, choose: Choose): Promise<Mind | null> {
  const world = machine.world(choose);
  let { memory, open }: Mind = mind;
  if (open !== null) ({ memory, open } = await recover(open, memory, world));
  const candidate = candidateFor(machine, memory, desired);
  if (open === null && !candidate.known) ({ memory, open } = await deploy(candidate, memory, world));
  return machine.isDead() ? null : { memory, open };
}

/** A machine without faults: the daemon goes on, or is started; then it is started once more, which has nothing left to do. */
async function calmLife(machine: Machine, desired: string, last: Mind | null): Promise<void> {
  const begun = (memory: Memory) => ({ memory, open: machine.journal });
  let mind = last ?? begun(machine.memory);
  for (let turn = 0; turn < 2; turn++) mind = (await oneTurn(machine, desired, mind, GOOD)) ?? mind;
  await oneTurn(machine, desired, begun(machine.memory), GOOD);
  await machine.world(GOOD).host.discard(PATHS);
}

function texts(machine: Machine): string[] {
  return PATHS.map((path) => diskFile(machine, path).text ?? "");
}
