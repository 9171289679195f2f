import { describe, expect, test } from "vitest";
import type { DiskFile } from "../../src/model/files.ts";
import type { Memory, Verified } from "../../src/model/memory.ts";
import type { NginxNow } from "../../src/model/nginx-process.ts";
import { runningIsKnown } from "../../src/model/running.ts";
import { aMemory, aWorker, diskFile, identityAt, nginxNow } from "../builders.ts";

const PATH = "/etc/nginx/conf.d/upstreamd.conf";
const HASH = "a1";

/** Placed at second 10, verified with master 100 and worker 101. */
const MEMORY = aMemory({
  verified: {
    hash: HASH,
    at: "2026-01-01T00:00:00.000Z",
    master: { pid: 100, startTicks: 1_000 },
    workers: [{ pid: 101, startTicks: 1_010 }],
  },
  placed: [{ path: PATH, hash: HASH, identity: identityAt(10_000) }],
});
const UNTOUCHED = [diskFile(PATH, "text", identityAt(10_000))];
const TOUCHED = [diskFile(PATH, "text", identityAt(10_500))];
const OTHER_WORKER = { workers: [aWorker(102)], oldestWorkerBornAt: 20_000 };
const OTHER_MASTER = { master: { pid: 200, startTicks: 2_000 }, masterBornAt: 20_000, ...OTHER_WORKER };

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
    ["another worker is there, and the untouched file is older than it", { nginx: OTHER_WORKER }],
    ["Nginx was restarted, and the untouched file is older than it", { nginx: OTHER_MASTER }],
    ["never verified, but Nginx was started after the untouched file was placed", { memory: unverified(), nginx: OTHER_MASTER }],
    ["workers that are shutting down are of older files", { nginx: { workers: [aWorker(101), aWorker(90, { state: "shutting_down" })] } }],
    ["the operator wants no verification, and it is the master that was told", { memory: unchecked(), nginx: OTHER_WORKER, disk: TOUCHED }],
    ["a worker was born just beyond the margin", { nginx: { ...OTHER_WORKER, oldestWorkerBornAt: 10_050 } }],
  ])("yes: %s", (_name, situation) => {
    expect(known(situation)).toBe(true);
  });

  test.each<[string, Case]>([
    ["Nginx is stopped", { nginx: { state: "stopped", master: null, workers: [], oldestWorkerBornAt: null } }],
    ["its workers cannot be seen", { nginx: { state: "unknown" } }],
    ["it has no workers", { nginx: { state: "no_workers", workers: [], oldestWorkerBornAt: null } }],
    ["another file set was verified, and the file was touched", { hash: "b2", disk: TOUCHED }],
    ["another worker, and the file was touched", { nginx: OTHER_WORKER, disk: TOUCHED }],
    ["another worker, and the file was replaced by its like", { nginx: OTHER_WORKER, disk: replaced() }],
    ["another worker, and the file is gone", { nginx: OTHER_WORKER, disk: [diskFile(PATH, null)] }],
    [
      "another worker beside the verified one, and the file was touched",
      { nginx: { workers: [aWorker(101), aWorker(102)], oldestWorkerBornAt: 20_000 }, disk: TOUCHED },
    ],
    [
      "another worker that is still starting, and the file was touched",
      { nginx: { workers: [aWorker(101), aWorker(102, { state: "starting" })] }, disk: TOUCHED },
    ],
    [
      "a worker with the pid of a verified one, born later, and the file was touched",
      { nginx: { workers: [aWorker(101, { startTicks: 9 })] }, disk: TOUCHED },
    ],
    ["another worker was born before the file was placed", { nginx: { ...OTHER_WORKER, oldestWorkerBornAt: 9_000 } }],
    ["another worker was born within the margin", { nginx: { ...OTHER_WORKER, oldestWorkerBornAt: 10_049 } }],
    ["Nginx was restarted, and the file was touched", { nginx: OTHER_MASTER, disk: TOUCHED }],
    [
      "the operator wants no verification, and the master is another one than was told",
      { memory: unchecked(), nginx: OTHER_MASTER, disk: TOUCHED },
    ],
    ["the operator wants no verification, and the master was told of other files", { memory: unchecked(), hash: "b2", disk: TOUCHED }],
    ["nobody knows when the worker was born", { nginx: { ...OTHER_WORKER, oldestWorkerBornAt: null } }],
    [
      "Nginx was restarted before the file was placed, its workers too",
      { nginx: { ...OTHER_MASTER, masterBornAt: 5_000, oldestWorkerBornAt: 5_000 } },
    ],
    [
      "never verified, and a worker died and came back after the placing: its master still holds what it read before",
      { memory: unverified(), nginx: OTHER_WORKER },
    ],
    [
      "never verified, and the master is as old as the file within the margin",
      { memory: unverified(), nginx: { ...OTHER_MASTER, masterBornAt: 10_049 } },
    ],
    ["one of two files was touched", { nginx: OTHER_WORKER, disk: [...UNTOUCHED, diskFile("/etc/nginx/s.conf", "x", identityAt(1))] }],
    ["there is no file at all to go by", { memory: unverified(), nginx: OTHER_MASTER, disk: [] }],
  ])("no: %s", (_name, situation) => {
    expect(known(situation)).toBe(false);
  });

  test("the fields of an identity count, not the order in which they were written", () => {
    const { device, inode, changedAtNs } = identityAt(10_000);
    expect(known({ nginx: OTHER_WORKER, disk: [diskFile(PATH, "text", { changedAtNs, inode, device })] })).toBe(true);
  });
});

function withWorkers(...pids: number[]): Memory {
  return withVerified({ workers: pids.map((pid) => ({ pid, startTicks: pid * 10 })) });
}

function withVerified(change: Partial<Verified>): Memory {
  return { ...MEMORY, verified: MEMORY.verified === null ? null : { ...MEMORY.verified, ...change } };
}

/** As with `nginx.verify: none`. */
function unchecked(): Memory {
  return withVerified({ at: null, workers: [] });
}

function unverified(): Memory {
  return { ...MEMORY, verified: null };
}

function replaced(): readonly DiskFile[] {
  return [diskFile(PATH, "text", identityAt(10_000, { inode: "8" }))];
}
