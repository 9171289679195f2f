import { describe, expect, it } from "vitest";
import { deploy, recover } from "../../src/pipeline/deploy.ts";
import { type Choose, explore } from "./explore.ts";
import { candidateFor, createMachine, diskFile, GOOD, loads, type Machine, PATHS, setOf } from "./model-machine.ts";

/** So many things go wrong, over so many lives of the daemon: a recovery is cut short as well. */
const FAULTS = 3;
const LIVES = 3;

describe("the apply protocol, whatever goes wrong and wherever it is killed", () => {
  it.each(["new", "new and longer"])("ends with running = desired once faults stop (%s)", async (desired) => {
    const runs = await explore(async (choose) => {
      const machine = createMachine("old");
      for (let life = 0; life < LIVES; life++) await faultyLife(machine, desired, choose);
      await calmLife(machine, desired);
      expect(texts(machine)).toEqual([...setOf(desired).values()]);
      expect(machine.running).toBe([...setOf(desired).values()].join("\n"));
      expect(machine.memory.verified?.hash).toBe(candidateFor(machine, desired).hash);
      expect({ journal: machine.journal, staged: machine.staged }).toEqual({ journal: null, staged: false });
    }, FAULTS);
    expect(runs).toBeGreaterThan(500);
  });

  it("never leaves a configuration on disk that Nginx refuses, and goes on running the old one", async () => {
    await explore(async (choose) => {
      const machine = createMachine("old");
      for (let life = 0; life < LIVES; life++) await faultyLife(machine, "bad", choose);
      await calmLife(machine, "bad");
      expect(texts(machine).every(loads)).toBe(true);
      expect(machine.running).toBe([...setOf("old").values()].join("\n"));
      expect({ journal: machine.journal, staged: machine.staged }).toEqual({ journal: null, staged: false });
    }, FAULTS);
  });

  it("does nothing at all once running is known", async () => {
    const machine = createMachine("old");
    await calmLife(machine, "new");
    expect(candidateFor(machine, "new").known).toBe(true);
  });

  it("reports a refusal as rejected, with the words of Nginx, and touches no destination", async () => {
    const machine = createMachine("old");
    const before = structuredClone([...machine.files]);
    const { outcome } = await deploy(candidateFor(machine, "bad"), machine.memory, machine.world(GOOD));
    expect(outcome).toMatchObject({ outcome: "rejected", reason: "[emerg] bad", generation: null });
    expect([...machine.files]).toEqual(before);
  });
});

/** One daemon until it has applied, failed, or is killed: it starts, takes up what was left, and applies once. */
async function faultyLife(machine: Machine, desired: string, choose: Choose): Promise<void> {
  const world = machine.world(choose);
  if (machine.journal !== null && (await recover(machine.journal, machine.memory, world)).open !== null) return;
  const candidate = candidateFor(machine, desired);
  if (!candidate.known) await deploy(candidate, machine.memory, world);
}

/** Two starts on a machine without faults: each takes up what was left and applies what is not known to run. */
async function calmLife(machine: Machine, desired: string): Promise<void> {
  for (let start = 0; start < 2; start++) {
    await faultyLife(machine, desired, GOOD);
    await machine.world(GOOD).host.discard(PATHS);
  }
}

function texts(machine: Machine): string[] {
  return PATHS.map((path) => diskFile(machine, path).text ?? "");
}
