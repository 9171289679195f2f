import { describe, expect, test } from "vitest";
import type { NginxNow, Worker } from "../../src/model/nginx-process.ts";
import { createProof, type ProofLimits, type Sighting } from "../../src/nginx/proof.ts";

const worker = (pid: number, state: Worker["state"] = "live"): Worker => ({ pid, startTicks: pid, state });
const MASTER = { pid: 1, startTicks: 1, ownNumber: 1 };
const LIMITS: ProofLimits = { deadlineMs: 10_000, graceMs: 0, wasBusy: false };

function nowWith(...workers: Worker[]): NginxNow {
  return {
    state: "running",
    version: "1.31.3",
    versionFrom: "master",
    master: { pid: 1, startTicks: 1 },
    workers,
    at: { boot: "this boot", ticks: 0 },
    processes: workers.length,
    reason: null,
    isHidden: false,
    isStarting: false,
  };
}

const sighting = (at: number, workers: Worker[], more: Partial<Sighting> = {}): Sighting => ({
  at,
  master: MASTER,
  workers,
  pending: false,
  lines: [],
  ...more,
});

/** The time and the verdict of the first sighting that decides. */
function decide(
  proof: ReturnType<typeof createProof>,
  sightings: Sighting[],
): { at: number; verdict: string; reason: string | null } | null {
  for (const one of sightings) {
    const verdict = proof(one);
    if (verdict !== null)
      return { at: one.at, verdict: verdict.verdict, reason: verdict.verdict === "not_verified" ? verdict.reason : null };
  }
  return null;
}

const every10 = (from: number, to: number, workers: Worker[], more: Partial<Sighting> = {}) =>
  Array.from({ length: (to - from) / 10 }, (_, i) => sighting(from + 10 * i, workers, more));

describe("createProof()", () => {
  test("takes a reload as proven once new workers stood 200 ms and no old one is live", () => {
    const proof = createProof(nowWith(worker(10)), LIMITS);
    const seen = [
      ...every10(0, 20, [worker(10)]),
      ...every10(20, 120, [worker(10), worker(20)]),
      ...every10(120, 400, [worker(10, "shutting_down"), worker(20)]),
    ];
    expect(decide(proof, seen)).toEqual({ at: 220, verdict: "verified", reason: null });
  });

  test("does not take a respawned worker for a reload while another old one serves", () => {
    const proof = createProof(nowWith(worker(10), worker(11)), LIMITS);
    expect(decide(proof, every10(0, 9_000, [worker(10), worker(20)]))).toBeNull();
  });

  test("does not confuse a new process with an old one that had its pid", () => {
    const proof = createProof(nowWith(worker(10)), LIMITS);
    expect(decide(proof, every10(0, 300, [{ pid: 10, startTicks: 99, state: "live" }]))).toMatchObject({ verdict: "verified" });
  });

  test("waits longer when fewer workers came than there were", () => {
    const proof = createProof(nowWith(worker(10), worker(11)), LIMITS);
    expect(decide(proof, every10(0, 2000, [worker(20)]))).toMatchObject({ at: 1000, verdict: "verified" });
  });

  test("is not satisfied with workers that keep being replaced, or that only start", () => {
    const crashing = Array.from({ length: 1001 }, (_, i) => sighting(10 * i, [worker(20 + Math.floor(i / 15))]));
    expect(decide(createProof(nowWith(worker(10)), LIMITS), crashing)).toEqual({
      at: 10_000,
      verdict: "not_verified",
      reason: "the new workers did not stand unchanged within 10 s",
    });
    expect(decide(createProof(nowWith(worker(10)), LIMITS), every10(0, 9_000, [worker(20, "starting")]))).toBeNull();
  });

  test("calls it an outage when the old are gone and no new one is there, with what the dead wrote", () => {
    const lines = [
      { pid: 20, text: 'chdir("/gone") failed (2: No such file or directory)' },
      { pid: 77, text: "somebody else" },
      { pid: 1, text: "worker process 20 exited with fatal code 2 and cannot be respawned" },
    ];
    expect(decide(createProof(nowWith(worker(10)), LIMITS), [sighting(0, [worker(10)]), sighting(10, [], { lines })])).toEqual({
      at: 10,
      verdict: "not_verified",
      reason: `the new workers died: ${lines[0]?.text}; ${lines[2]?.text}`,
    });
    expect(decide(createProof(nowWith(worker(10)), LIMITS), every10(0, 1000, [worker(10, "shutting_down")]))).toMatchObject({
      at: 300,
      verdict: "not_verified",
    });
  });

  test("waits for the last try at a busy port, and hears only the master", () => {
    const bind = { pid: 1, text: "bind() to 127.0.0.1:80 failed (98: Address in use)" };
    const seen = [
      sighting(0, [worker(10)], { lines: [bind, { pid: 50, text: 'unknown directive "x" in /tmp/other:1' }] }),
      sighting(500, [worker(10)], { lines: [bind] }),
      sighting(2500, [worker(10)], { lines: [{ pid: 1, text: "still could not bind()" }] }),
    ];
    expect(decide(createProof(nowWith(worker(10)), LIMITS), seen)).toEqual({
      at: 2500,
      verdict: "not_verified",
      reason: `the master refused to load it and went on with what it had: ${bind.text}; still could not bind()`,
    });
  });

  test.each([
    "worker process 10 exited on signal 9",
    "kill(10, 3) failed (3: No such process)",
    'unlink() "x" failed (2: No such file or directory)',
  ])("takes no alert for a refusal that is none: %s", (text) => {
    const seen = [sighting(0, [worker(20)], { lines: [{ pid: 1, text }] }), ...every10(10, 300, [worker(20)])];
    expect(decide(createProof(nowWith(worker(10)), LIMITS), seen)).toMatchObject({ verdict: "verified" });
  });

  test("counts neither workers nor lines of the reload that was under way when ours was asked for", () => {
    const proof = createProof(nowWith(worker(10)), { ...LIMITS, wasBusy: true });
    const late = { pid: 1, text: "still could not bind()" };
    const seen = [
      ...every10(0, 100, [worker(10)], { pending: true, lines: [late] }),
      sighting(100, [worker(10)], { lines: [late] }),
      ...every10(110, 500, [worker(10, "shutting_down"), worker(20)]),
    ];
    expect(decide(proof, seen)).toEqual({ at: 310, verdict: "verified", reason: null });

    const other = createProof(nowWith(worker(10)), { ...LIMITS, wasBusy: true });
    const foreign = [...every10(0, 100, [worker(10), worker(20)], { pending: true }), ...every10(100, 900, [worker(20)])];
    expect(decide(other, foreign)).toBeNull();
  });

  test("follows a restart to the new master, and knows a stop", () => {
    const restarted = { pid: 2, startTicks: 200, ownNumber: 2 };
    const gone = { master: null };
    const grace = { ...LIMITS, graceMs: 2000 };
    const seen = [...every10(0, 500, [], gone), ...every10(500, 900, [worker(30)], { master: restarted })];
    expect(decide(createProof(nowWith(worker(10)), grace), seen)).toMatchObject({ at: 700, verdict: "verified" });
    expect(decide(createProof(nowWith(worker(10)), LIMITS), [sighting(0, [], gone)])).toMatchObject({ verdict: "stopped" });
  });
});
