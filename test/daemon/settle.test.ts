import { describe, expect, test } from "vitest";
import { settle } from "../../src/daemon/settle.ts";
import { look } from "../../src/pipeline/turn.ts";
import { NO_USER_TEMPLATES } from "../../src/render/user-templates.ts";
import { instanceNumber } from "../builders.ts";
import { type Daemon, startDaemon, TEMPLATES } from "./a-daemon.ts";
import type { Machine } from "./a-machine.ts";

/** A daemon that has put `api-1` into force and stopped, so that the test settles by itself. */
async function atRest(change: Parameters<typeof startDaemon>[0] = {}): Promise<Daemon> {
  const daemon = startDaemon(change);
  daemon.answer(1);
  await daemon.pass(1_000);
  await daemon.stop();
  return daemon;
}

async function settled({ situation, machine }: Daemon) {
  const sight = await look({ ...situation, templates: TEMPLATES, userTemplates: NO_USER_TEMPLATES }, machine.world, {
    adopt: false,
    reloads: true,
    verifies: true,
  });
  expect(sight.candidate.plan.files).toEqual([]);
  const before = machine.commits.length;
  await settle(situation, sight, machine.world, { adopt: false, reloads: true, verifies: true });
  return { known: sight.candidate.known, written: machine.commits.slice(before) };
}

const liveIds = ({ nginx }: Machine) =>
  nginx.workers.filter(({ state }) => state === "live").map(({ pid, startTicks }) => ({ pid, startTicks }));

describe("settle", () => {
  test("writes nothing when there is nothing new to remember, also after a restart of the daemon", async () => {
    const daemon = await atRest();
    const { memory } = daemon.situation;
    expect(await settled(daemon)).toEqual({ known: true, written: [] });
    expect(daemon.situation.memory).toBe(memory);
    daemon.situation.memory = JSON.parse(JSON.stringify(memory));
    expect((await settled(daemon)).written).toEqual([]);
  });

  test("remembers other workers that are known to run it, without a reload and without a new generation", async () => {
    const daemon = await atRest();
    const before = daemon.situation.memory;
    await daemon.pass(60_000);
    daemon.machine.respawn();
    const { known, written } = await settled(daemon);
    expect(known).toBe(true);
    expect(written).toEqual([
      {
        ...before,
        verified: { ...before.verified, at: daemon.clock.wall(), workers: liveIds(daemon.machine) },
      },
    ]);
    expect(daemon.situation.memory).toEqual(written[0]);
    expect(daemon.machine.signals).toHaveLength(1);
    expect((await settled(daemon)).written).toEqual([]);
  });

  test("remembers another master, and none of the workers that only finish", async () => {
    const daemon = await atRest();
    daemon.machine.restartNginx();
    const { nginx } = daemon.machine;
    daemon.machine.nginx = { ...nginx, workers: [...nginx.workers, { pid: 5, startTicks: 1, state: "shutting_down" }] };
    const { written } = await settled(daemon);
    expect(written[0]?.verified).toMatchObject({ master: nginx.master, workers: liveIds(daemon.machine) });
    expect(written[0]?.verified?.workers).toHaveLength(1);
  });

  test("does not forget a worker that may come to its end of itself while others go on", async () => {
    const daemon = await atRest();
    const { verified } = daemon.situation.memory;
    if (verified === null) throw new Error("nothing was verified");
    daemon.situation.memory = {
      ...daemon.situation.memory,
      verified: { ...verified, workers: [...verified.workers, { pid: 7, startTicks: 7 }] },
    };
    expect(await settled(daemon)).toEqual({ known: true, written: [] });
  });

  test("remembers another list of last good servers of which the text says nothing", async () => {
    const daemon = await atRest();
    const meta = { "nginx-owner": "somebody else" };
    daemon.situation.belief = {
      upstreams: new Map(
        [...daemon.situation.belief.upstreams].map(([key, upstream]) => {
          const instances = [
            instanceNumber(1, { meta, checks: [{ id: "alive", name: "Alive", status: "passing", output: "it took 3 ms" }] }),
          ];
          return [key, { ...upstream, instances, lastGood: instances }];
        }),
      ),
    };
    const { written } = await settled(daemon);
    expect(written[0]?.upstreams[0]?.serving).toMatchObject([{ meta, checks: [{ status: "passing", output: "" }] }]);
    expect(daemon.machine.signals).toHaveLength(1);
    expect((await settled(daemon)).written).toEqual([]);
  });

  test("numbers a new generation where Nginx took up by itself what was only placed", async () => {
    const daemon = await atRest({
      reloads: false,
      before: ({ world }) => {
        world.host.signal = async () => ({ verdict: "left" });
      },
    });
    expect(daemon.situation.memory).toMatchObject({ generation: 0, verified: null });
    expect(await settled(daemon)).toEqual({ known: false, written: [] });
    daemon.machine.respawn();
    const { written } = await settled(daemon);
    expect(written).toMatchObject([
      { generation: 1, verified: { hash: daemon.situation.seen?.candidate.hash, workers: liveIds(daemon.machine) } },
    ]);
    expect((await settled(daemon)).written).toEqual([]);
  });

  test("keeps what was verified while nobody runs at all", async () => {
    const daemon = await atRest();
    const { memory } = daemon.situation;
    daemon.machine.nginx = { ...daemon.machine.nginx, state: "stopped", master: null, workers: [] };
    expect(await settled(daemon)).toEqual({ known: false, written: [] });
    expect(daemon.situation.memory).toBe(memory);
  });

  test("remembers nothing in the process that could not be written", async () => {
    const daemon = await atRest();
    const { memory } = daemon.situation;
    daemon.machine.respawn();
    daemon.machine.world.journal.commit = async () => {
      throw new Error("no space left on device");
    };
    await expect(settled(daemon)).rejects.toThrow("no space left on device");
    expect(daemon.situation.memory).toBe(memory);
  });
});
