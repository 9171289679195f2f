import { describe, expect, test } from "vitest";
import { statusOf } from "../../src/daemon/status.ts";
import type { UpstreamBelief } from "../../src/model/belief.ts";
import type { Instance } from "../../src/model/instance.ts";
import { instanceNumber, withStatus } from "../builders.ts";
import { type Daemon, MEMORY, startDaemon } from "./a-daemon.ts";

const NOBODY = { hash: null, generation: null, verified_at: null };

const status = ({ situation, clock }: Daemon) => statusOf(situation, clock);
const stateAndReason = (daemon: Daemon) => [status(daemon).state, status(daemon).reason];

async function inSync(): Promise<Daemon> {
  const daemon = startDaemon();
  daemon.answer(1);
  await daemon.pass(1_000);
  return daemon;
}

/** Nothing that is asked of the machine from now on succeeds. */
function refuse({ machine }: Daemon): void {
  machine.world.host.test = async () => ({ verdict: "refused", reason: "[emerg] no" });
}

function believe({ situation, wake }: Daemon, change: Partial<UpstreamBelief>): void {
  const upstreams = [...situation.belief.upstreams].map(([key, upstream]): [string, UpstreamBelief] => [key, { ...upstream, ...change }]);
  situation.belief = { upstreams: new Map(upstreams) };
  wake.ring();
}

describe("statusOf", () => {
  test("says everything of a daemon that is in sync, in the names of the contract", async () => {
    const daemon = await inSync();
    daemon.situation.consul = { state: "ok", reason: null, lastAnswerAt: 200, failures: new Map() };
    const hash = daemon.situation.seen?.candidate.hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(status(daemon)).toEqual({
      version: 1,
      state: "in_sync",
      reason: null,
      desired: { hash },
      on_disk: { hash },
      running: { hash, generation: 1, verified_at: new Date(0).toISOString() },
      consul: { state: "ok", reason: null, last_answer_age_s: 0.8 },
      nginx: { state: "running", reason: null, version: "1.22.1", master_pid: 100, processes: 1 },
      upstreams: [
        {
          name: "api",
          protocol: "http",
          state: "ok",
          reason: null,
          servers: [{ address: "10.0.0.1", port: 8080, weight: 1, state: "up" }],
          left_out: [],
        },
      ],
      outcomes: [{ at: new Date(0).toISOString(), outcome: "applied", generation: 1, reason: null, duration_ms: 0 }],
    });
  });

  test("keeps the newest outcomes, the newest last", async () => {
    const daemon = await inSync();
    for (let n = 2; n < 40; n++) {
      daemon.answer(n);
      await daemon.pass(1_000);
    }
    const { outcomes } = status(daemon);
    expect(outcomes).toHaveLength(20);
    expect(outcomes.at(-1)?.generation).toBe(39);
  });
});

describe("statusOf: state, the first that applies", () => {
  test("starting: nothing was looked at yet, with what is waited for", async () => {
    const daemon = startDaemon();
    await daemon.pass();
    expect(status(daemon)).toMatchObject({
      state: "starting",
      reason: "Consul has not answered yet",
      desired: { hash: null },
      on_disk: { hash: null },
      running: NOBODY,
      consul: { state: "unreachable", last_answer_age_s: null },
      nginx: { state: "unknown", version: null, master_pid: null, processes: 0 },
      upstreams: [],
      outcomes: [],
    });
    daemon.report("denied");
    await daemon.pass();
    expect(stateAndReason(daemon)).toEqual(["starting", "Consul is denied"]);
  });

  test("blocked: the work cannot be done now, also while Consul is not believed", async () => {
    const daemon = await inSync();
    refuse(daemon);
    daemon.answer(2);
    await daemon.pass(1_000);
    expect(stateAndReason(daemon)).toEqual(["blocked", "[emerg] no"]);
    daemon.report("unreachable");
    await daemon.pass(1_000);
    expect(stateAndReason(daemon)).toEqual(["blocked", "[emerg] no"]);
  });

  test("pending: what is on disk is about to be changed, also while Consul is not believed", async () => {
    const daemon = startDaemon({ minIntervalMs: 60_000 });
    daemon.answer(1);
    await daemon.pass(1_000);
    daemon.answer(2);
    await daemon.pass();
    expect(stateAndReason(daemon)).toEqual(["pending", "what is on disk is being changed"]);
    daemon.report("unreachable");
    await daemon.pass();
    expect(status(daemon).state).toBe("pending");
    expect(status(daemon).desired.hash).not.toBe(status(daemon).on_disk.hash);
    expect(status(daemon).running.hash).toBe(status(daemon).on_disk.hash);
  });

  test("pending: nobody knows whether Nginx runs what is there", async () => {
    const daemon = startDaemon({ minIntervalMs: 60_000 });
    daemon.answer(1);
    await daemon.pass(1_000);
    daemon.machine.nginx = { ...daemon.machine.nginx, workers: [{ pid: 9, startTicks: 1, state: "live" }] };
    daemon.wake.ring();
    await daemon.pass();
    expect(stateAndReason(daemon)).toEqual(["pending", "it is not known yet that Nginx runs what is on disk"]);
    expect(status(daemon).running).toEqual(NOBODY);
  });

  test("pending: Nginx is stopped, then only starting", async () => {
    const daemon = await inSync();
    daemon.machine.nginx = { ...daemon.machine.nginx, state: "stopped", master: null, workers: [], processes: 0 };
    await daemon.pass(2_000);
    expect(stateAndReason(daemon)).toEqual([
      "pending",
      "Nginx is not running: what it should run is tested and in place, and is verified when it comes up",
    ]);
    expect(status(daemon)).toMatchObject({ running: NOBODY, nginx: { state: "stopped", master_pid: null } });
    daemon.machine.restartNginx();
    daemon.machine.nginx = { ...daemon.machine.nginx, state: "no_workers", workers: [] };
    await daemon.pass(2_000);
    expect(stateAndReason(daemon)).toEqual(["pending", expect.stringContaining("Nginx has no workers yet")]);
  });

  test("pending: the operator reloads by himself, and has not yet", async () => {
    const daemon = startDaemon({
      reloads: false,
      before: ({ world }) => {
        world.host.signal = async () => ({ verdict: "left" });
      },
    });
    daemon.answer(1);
    await daemon.pass(5_000);
    expect(stateAndReason(daemon)).toEqual(["pending", expect.stringMatching(/^nginx\.reload is none: /)]);
    expect(status(daemon).running).toEqual(NOBODY);
  });

  test("stale: all is as it was wanted, but Consul is not believed, or has not answered for these settings", async () => {
    const daemon = await inSync();
    daemon.report("no_leader");
    await daemon.pass();
    expect(status(daemon)).toMatchObject({
      state: "stale",
      reason: "Consul is no_leader",
      upstreams: [{ state: "stale", reason: "Consul is no_leader" }],
    });
    expect(status(daemon).running.hash).toBe(status(daemon).desired.hash);
    daemon.report("ok");
    daemon.situation.snapshot = null;
    await daemon.pass();
    expect(stateAndReason(daemon)).toEqual(["stale", "Consul has not answered yet"]);
  });

  test("stale: what is in force comes from memory", async () => {
    const daemon = startDaemon({ memory: MEMORY });
    daemon.report("unreachable");
    await daemon.pass(1_000);
    expect(status(daemon)).toMatchObject({
      state: "stale",
      reason: "Consul is unreachable",
      upstreams: [{ state: "stale", servers: [{ address: "10.0.0.9" }] }],
    });
  });
});

describe("statusOf: running", () => {
  test("is null while a worker lives that was not verified, and there again once it is", async () => {
    const daemon = await inSync();
    await daemon.stop();
    const { seen } = daemon.situation;
    if (seen === null) throw new Error("nothing was seen");
    const { nginx } = seen.observed;
    const withWorker = (state: "live" | "starting" | "shutting_down") => {
      const workers = [...nginx.workers, { pid: 7, startTicks: 1, state }];
      daemon.situation.seen = {
        ...seen,
        candidate: { ...seen.candidate, known: false },
        observed: { ...seen.observed, nginx: { ...nginx, workers } },
      };
      return status(daemon).running;
    };
    expect(withWorker("live")).toEqual(NOBODY);
    expect(withWorker("starting")).toEqual(NOBODY);
    expect(withWorker("shutting_down")).toMatchObject({ hash: seen.candidate.hash, generation: 1 });
  });

  test("is known also by the age of the files, before the new workers are remembered", async () => {
    const daemon = await inSync();
    daemon.machine.world.journal.commit = async () => {
      throw new Error("no space left on device");
    };
    daemon.machine.respawn();
    await daemon.pass(3_000);
    expect(stateAndReason(daemon)).toEqual(["blocked", "no space left on device"]);
    expect(status(daemon).running).toMatchObject({ hash: status(daemon).desired.hash, generation: 1 });
  });

  test("goes on to be what was verified while something else is wanted and refused", async () => {
    const daemon = await inSync();
    const { hash } = status(daemon).running;
    refuse(daemon);
    daemon.answer(2);
    await daemon.pass(1_000);
    expect(status(daemon).running).toMatchObject({ hash, generation: 1 });
    expect(status(daemon).desired.hash).not.toBe(hash);
  });

  test("has no time where the operator wants no verification", async () => {
    const daemon = startDaemon({
      before: (machine) => {
        machine.world.host.verify = async () => {
          const { master, workers } = machine.nginx;
          return { verdict: "verified", master: master ?? { pid: 0, startTicks: 0 }, workers, checked: false };
        };
      },
    });
    daemon.answer(1);
    await daemon.pass(5_000);
    expect(status(daemon)).toMatchObject({ state: "in_sync", running: { generation: 1, verified_at: null } });
  });
});

describe("statusOf: upstreams", () => {
  test.each([
    ["kept", "none of its 1 instances is healthy: the last good servers stay"],
    ["held", "half of its servers vanished"],
    ["quarantined", "too many"],
    ["empty", "requests are refused"],
  ] as const)("%s does not change the state, and is summed up by name", async (state, reason) => {
    const daemon = await inSync();
    believe(daemon, { state, reason });
    await daemon.pass();
    expect(status(daemon)).toMatchObject({ state: "in_sync", reason: `api is ${state}`, upstreams: [{ state, reason }] });
  });

  test("one whose own watch fails is told, while the others and the state go on", async () => {
    const daemon = await inSync();
    believe(daemon, { state: "stale", reason: "permission denied" });
    await daemon.pass();
    expect(stateAndReason(daemon)).toEqual(["in_sync", "api is stale"]);
  });

  test("who is left out is told with the reason, though the rest is well", async () => {
    const daemon = await inSync();
    const strange = instanceNumber(2, { address: "web.example; }" });
    const sick: Instance = { ...instanceNumber(3), ...withStatus("critical") };
    believe(daemon, { instances: [instanceNumber(1), strange, sick] });
    await daemon.pass(2_000);
    const [api] = status(daemon).upstreams;
    expect(api).toMatchObject({ state: "ok", servers: [{ address: "10.0.0.1" }] });
    expect(api?.left_out).toEqual([{ node: "web-1", id: "api-2", because: expect.stringMatching(/\S/) }]);
    expect(api?.reason).toContain("1 registered instances are left out");
    expect(api?.reason).toContain(api?.left_out[0]?.because);
    expect(status(daemon).state).toBe("in_sync");
  });
});

describe("statusOf: a notice", () => {
  test("is told while all is well, and gives way to whatever is in the way", async () => {
    const daemon = await inSync();
    daemon.situation.notice = "the configuration was refused";
    expect(stateAndReason(daemon)).toEqual(["in_sync", "the configuration was refused"]);
    believe(daemon, { state: "kept", reason: "none is healthy" });
    await daemon.pass();
    expect(status(daemon).reason).toBe("the configuration was refused; api is kept");
    refuse(daemon);
    daemon.answer(2);
    await daemon.pass(1_000);
    expect(stateAndReason(daemon)).toEqual(["blocked", "[emerg] no"]);
  });

  test("of what is in force comes last, and hides nothing", async () => {
    const daemon = startDaemon({
      before: ({ world }) => {
        world.host.test = async () => ({ verdict: "accepted", strength: "fragment", because: "the main file cannot be read" });
      },
    });
    daemon.answer(1);
    await daemon.pass(1_000);
    expect(stateAndReason(daemon)).toEqual(["in_sync", expect.stringContaining("the main file cannot be read")]);
    believe(daemon, { state: "kept", reason: "none is healthy" });
    await daemon.pass();
    expect(status(daemon).reason).toMatch(/^api is kept; it was tested alone, since the main file cannot be read$/);
  });
});
