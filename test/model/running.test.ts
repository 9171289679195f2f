import { describe, expect, test } from "vitest";
import type { DiskFile } from "../../src/model/files.ts";
import type { Memory, Verified } from "../../src/model/memory.ts";
import type { NginxNow, NginxState } from "../../src/model/nginx-process.ts";
import { isStartingWith, runningIsKnown, stillRuns, UNSEEN } from "../../src/model/running.ts";
import { aMemory, aWorker, diskFile, identityAt, momentAt, nginxNow, placedFile } from "../builders.ts";

const PATH = "/etc/nginx/conf.d/upstreamd.conf";
const HASH = "a1";
const VERIFIED: Verified = {
  hash: HASH,
  at: "2026-01-01T00:00:00.000Z",
  master: { pid: 100, startTicks: 1_000 },
  workers: [{ pid: 101, startTicks: 1_010 }],
};

/** Placed at tick 5000, verified with master 100 and worker 101, which had other files before. */
const MEMORY = aMemory({ verified: VERIFIED, placed: [placedFile(PATH, HASH, 5_000)] });
const UNTOUCHED = [diskFile(PATH, "text", identityAt(50_000))];
const TOUCHED = [diskFile(PATH, "text", identityAt(50_500))];
const YOUNGER = { workers: [aWorker(102, { startTicks: 5_001 })] };
const AS_OLD = { workers: [aWorker(102, { startTicks: 5_000 })] };
const OTHER_MASTER = { master: { pid: 200, startTicks: 2_000 } };
const REBOOTED = { at: momentAt(300, "the next boot"), master: { pid: 20, startTicks: 200 }, workers: [aWorker(21, { startTicks: 210 })] };

interface Case {
  readonly memory?: Memory;
  readonly hash?: string;
  readonly nginx?: Partial<NginxNow>;
  readonly disk?: readonly DiskFile[];
}

const known = ({ memory = MEMORY, hash = HASH, nginx = {}, disk = UNTOUCHED }: Case) => runningIsKnown(memory, hash, nginxNow(nginx), disk);

describe("runningIsKnown", () => {
  test.each<[string, Case]>([
    ["master and workers are those that were verified", {}],
    ["they are, although the file was touched since and holds the same", { disk: TOUCHED }],
    ["a verified worker is there and others of ours are gone", { memory: withWorkers(101, 102) }],
    ["another worker is there, and the untouched file is older than it", { nginx: YOUNGER }],
    ["Nginx was restarted, and the untouched file is older than its workers", { nginx: { ...OTHER_MASTER, ...YOUNGER } }],
    ["the machine was booted anew: what was placed before is older than every process", { nginx: REBOOTED }],
    ["never verified, and every live worker is younger than the file, even of an older master", { memory: unverified(), nginx: YOUNGER }],
    ["workers that are shutting down are of older files", { nginx: { workers: [aWorker(101), aWorker(90, { state: "shutting_down" })] } }],
    [
      "younger workers are there, and an older one is only finishing",
      { memory: unverified(), nginx: { workers: [...YOUNGER.workers, aWorker(90, { state: "shutting_down" })] } },
    ],
    ["the operator wants no verification, and it is the master that was told", { memory: unchecked(), nginx: AS_OLD, disk: TOUCHED }],
    ["a destination is gone that we removed", { nginx: YOUNGER, disk: [...UNTOUCHED, diskFile("/etc/nginx/old.conf", null)] }],
  ])("yes: %s", (_name, situation) => {
    expect(known(situation)).toBe(true);
  });

  test.each<[string, Case]>([
    ["Nginx is stopped", { nginx: { state: "stopped", master: null, workers: [] } }],
    ["its workers cannot be seen", { nginx: { state: "unknown", master: null, workers: [] } }],
    ["it has no workers", { nginx: { state: "no_workers", workers: [] } }],
    ["another file set was verified, and the file was touched", { hash: "b2", disk: TOUCHED }],
    ["another worker, and the file was touched", { nginx: YOUNGER, disk: TOUCHED }],
    ["another worker, and the file was replaced by its like", { nginx: YOUNGER, disk: replaced() }],
    ["another worker, and the file is gone", { nginx: YOUNGER, disk: [diskFile(PATH, null)] }],
    [
      "another worker beside the verified one, and the file was touched",
      { nginx: { workers: [aWorker(101), aWorker(102)] }, disk: TOUCHED },
    ],
    [
      "another worker that is still starting, and the file was touched",
      { nginx: { workers: [aWorker(101), aWorker(102, { state: "starting" })] }, disk: TOUCHED },
    ],
    [
      "a worker with the pid of a verified one, started later, and the file was touched",
      { nginx: { workers: [aWorker(101, { startTicks: 9_000 })] }, disk: TOUCHED },
    ],
    ["another worker was started before the file was placed", { nginx: { workers: [aWorker(102, { startTicks: 4_999 })] } }],
    ["another worker was started in the tick of the placing", { nginx: AS_OLD }],
    ["one of two other workers is older than the file", { nginx: { workers: [...YOUNGER.workers, aWorker(103, { startTicks: 4_000 })] } }],
    ["a worker that is only starting is older than the file", { memory: unverified(), nginx: withStarting(4_000) }],
    ["Nginx was restarted, and the file was touched", { nginx: { ...OTHER_MASTER, ...YOUNGER }, disk: TOUCHED }],
    ["the machine was booted anew, and the file was touched", { nginx: REBOOTED, disk: TOUCHED }],
    [
      "the machine was booted anew, and the file was placed since, after the workers were started",
      { memory: aMemory({ placed: [{ ...placedFile(PATH, HASH, 250), placedAt: momentAt(250, "the next boot") }] }), nginx: REBOOTED },
    ],
    [
      "the operator wants no verification, and the master is another one than was told",
      { memory: unchecked(), nginx: { ...OTHER_MASTER, ...AS_OLD }, disk: TOUCHED },
    ],
    ["the operator wants no verification, and the master was told of other files", { memory: unchecked(), hash: "b2", disk: TOUCHED }],
    ["one of two files is not ours", { nginx: YOUNGER, disk: [...UNTOUCHED, diskFile("/etc/nginx/s.conf", "x", identityAt(1))] }],
    ["there is no file at all to go by", { memory: unverified(), nginx: YOUNGER, disk: [] }],
    ["the files were never placed by us", { memory: aMemory({ placed: [neverPlaced()] }), nginx: REBOOTED }],
  ])("no: %s", (_name, situation) => {
    expect(known(situation)).toBe(false);
  });

  test("the fields of an identity count, not the order in which they were written", () => {
    const { device, inode, changedAtNs } = identityAt(50_000);
    expect(known({ nginx: YOUNGER, disk: [diskFile(PATH, "text", { changedAtNs, inode, device })] })).toBe(true);
  });
});

describe("stillRuns", () => {
  const STATES: readonly NginxState[] = ["running", "stopped", "no_workers", "unknown"];
  const UNCHECKED: Verified = { ...VERIFIED, at: null, workers: [] };
  const absent = (state: NginxState) => nginxNow(state === "running" ? { ...OTHER_MASTER } : { state, master: null, workers: [] });

  test.each(STATES)("a master that could not be seen when it was told is believed while Nginx is %s", (state) => {
    expect(stillRuns({ ...UNCHECKED, master: UNSEEN }, absent(state))).toBe(true);
  });

  test.each<[NginxState, boolean]>([
    ["running", false],
    ["stopped", false],
    ["no_workers", true],
    ["unknown", true],
  ])("who was told without verification, and is not there while Nginx is %s: %j", (state, expected) => {
    expect(stillRuns(UNCHECKED, absent(state))).toBe(expected);
  });

  test.each<NginxState>(["stopped", "no_workers", "unknown"])("who was verified does not run while Nginx is %s", (state) => {
    expect(stillRuns(VERIFIED, absent(state))).toBe(false);
  });

  test("a new worker of the same master was never verified", () => {
    expect(stillRuns(VERIFIED, nginxNow())).toBe(true);
    expect(stillRuns(VERIFIED, nginxNow({ workers: [aWorker(101), aWorker(102)] }))).toBe(false);
  });
});

describe("isStartingWith", () => {
  const starting = (startTicks: number, change: Partial<NginxNow> = {}) =>
    nginxNow({ state: "no_workers", master: { pid: 200, startTicks }, workers: [], ...change });
  const PLACED = [placedFile(PATH, HASH, 5_000), placedFile("/etc/nginx/stream.conf", "b2", 5_002)];

  test("an Nginx without workers has only just begun when its master is younger than all that was placed", () => {
    expect(isStartingWith(starting(5_003), PLACED)).toBe(true);
    expect(isStartingWith(starting(5_002), PLACED)).toBe(false);
    expect(isStartingWith(starting(5_001), PLACED)).toBe(false);
    expect(isStartingWith(starting(9, { at: momentAt(10, "the next boot") }), PLACED)).toBe(true);
  });

  test.each<NginxState>(["running", "stopped", "unknown"])("an Nginx that is %s is not starting", (state) => {
    expect(isStartingWith(starting(6_000, { state }), PLACED)).toBe(false);
    expect(isStartingWith(starting(6_000, { state, master: null }), PLACED)).toBe(false);
  });
});

function withWorkers(...pids: number[]): Memory {
  return { ...MEMORY, verified: { ...VERIFIED, workers: pids.map((pid) => ({ pid, startTicks: pid * 10 })) } };
}

/** As with `nginx.verify: none`. */
function unchecked(): Memory {
  return { ...MEMORY, verified: { ...VERIFIED, at: null, workers: [] } };
}

/** As with `nginx.reload: none`. */
function unverified(): Memory {
  return { ...MEMORY, verified: null };
}

function withStarting(startTicks: number): Partial<NginxNow> {
  return { workers: [...YOUNGER.workers, aWorker(103, { state: "starting", startTicks })] };
}

function replaced(): readonly DiskFile[] {
  return [diskFile(PATH, "text", identityAt(50_000, { inode: "8" }))];
}

/** As a candidate has it that is not in force yet. */
function neverPlaced() {
  return placedFile(PATH, HASH, 0, { identity: { device: "", inode: "", changedAtNs: "0" }, placedAt: momentAt(0, "") });
}
