import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { releaseLock, takeLock } from "../../src/state/lock.ts";
import { tempFolder } from "../support/tmp.ts";
import { startTakers } from "./lock-children.ts";

const newPath = (name = "lock") => join(tempFolder("lock"), name);
const beside = (path: string) => readdirSync(dirname(path));
const holderOf = (path: string) => (JSON.parse(readFileSync(path, "utf8")) as { pid: number }).pid;
/** No process has it: it is above the highest that Linux can be told to give. */
const DEAD_PID = 2 ** 22 + 1;

function leaveLock(path: string, holder: unknown): string {
  writeFileSync(path, typeof holder === "string" ? holder : JSON.stringify(holder));
  return path;
}

describe("takeLock", () => {
  test("leaves one file that names this process, and its release leaves none", async () => {
    const path = newPath();
    const release = await takeLock(path, "the test");
    expect(holderOf(path)).toBe(process.pid);
    expect(beside(path)).toEqual(["lock"]);
    await release();
    expect(beside(path)).toEqual([]);
  });

  test("refuses a second taker, and names the pid, the thing and the file", async () => {
    const path = newPath();
    await takeLock(path, "the test");
    await expect(takeLock(path, "the test")).rejects.toMatchObject({
      code: "LOCKED",
      exit: 2,
      message: `Cannot use the test: the upstreamd with pid ${process.pid} holds it (${path})`,
      hint: expect.stringContaining("state_dir"),
    });
    expect(beside(path)).toEqual(["lock"]);
  });

  test("refuses while another process holds it, and takes it over when that was killed", async () => {
    const path = newPath();
    const [other] = startTakers(1);
    expect(await other?.take(path)).toBe("won");
    await expect(takeLock(path, "the test")).rejects.toThrow(`pid ${other?.pid} holds it`);
    await other?.kill();
    const release = await takeLock(path, "the test");
    expect(holderOf(path)).toBe(process.pid);
    expect(beside(path)).toEqual(["lock"]);
    await release();
  });

  test.each<[string, unknown]>([
    ["of a process that is dead", { pid: DEAD_PID, start: "boot 1" }],
    ["of a process that is dead and had no start", { pid: DEAD_PID, start: "" }],
    ["of an earlier process with a pid that lives again", { pid: process.ppid, start: "boot 1" }],
    ["of an earlier process with our own pid", { pid: process.pid, start: "boot 1" }],
    ["that is empty", ""],
    ["that is cut off", '{"pid":1'],
    ["that holds something else", "null"],
    ["that holds no pid", { pid: "1", start: "" }],
  ])("takes over a lock %s", async (_name, holder) => {
    const path = leaveLock(newPath(), holder);
    const release = await takeLock(path, "the test");
    expect(holderOf(path)).toBe(process.pid);
    expect(beside(path)).toEqual(["lock"]);
    await release();
    expect(beside(path)).toEqual([]);
  });

  test("takes over from a process that was killed while it took over", async () => {
    const path = leaveLock(newPath(), { pid: DEAD_PID, start: "boot 1" });
    leaveLock(`${path}.takeover`, { pid: DEAD_PID + 1, start: "boot 1" });
    leaveLock(`${path}.takeover.${DEAD_PID + 1}`, "half writ");
    leaveLock(`${path}.${DEAD_PID}`, "half writ");
    const release = await takeLock(path, "the test");
    await release();
    expect(beside(path)).toEqual([]);
  });

  test("leaves files alone that only look like a lock's", async () => {
    const path = newPath();
    const others = [`lock.${process.ppid}`, "lock.conf", `other.${DEAD_PID}`, `lock.${DEAD_PID}.conf`];
    for (const name of others) leaveLock(join(dirname(path), name), "x");
    await takeLock(path, "the test");
    expect(beside(path).sort()).toEqual(["lock", ...others].sort());
  });

  test("says what the disk says where there is no folder", async () => {
    await expect(takeLock(join(newPath(), "lock"), "the test")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("many processes that race for the lock of a dead one: exactly one wins, and the others name it", async () => {
    const takers = startTakers(6);
    const folder = tempFolder("race");
    for (let round = 0; round < 40; round++) {
      mkdirSync(join(folder, `${round}`));
      const path = leaveLock(join(folder, `${round}`, "lock"), { pid: DEAD_PID, start: "boot 1" });
      const answers = await Promise.all(takers.map((taker) => taker.take(path)));
      expect(answers.filter((answer) => answer === "won")).toHaveLength(1);
      expect(takers[answers.indexOf("won")]?.pid).toBe(holderOf(path));
      for (const answer of answers.filter((one) => one !== "won")) expect(answer).toMatch(/^LOCKED /);
      expect(beside(path)).toEqual([basename(path)]);
    }
  });
});

describe("releaseLock", () => {
  test("leaves the lock of somebody else, dead or alive", async () => {
    for (const holder of [{ pid: process.ppid, start: "boot 1" }, { pid: process.pid, start: "boot 1" }, "garbage"]) {
      const path = leaveLock(newPath(), holder);
      await releaseLock(path);
      expect(beside(path)).toEqual(["lock"]);
    }
  });

  test("leaves the lock that another process took over in the meantime", async () => {
    const path = newPath();
    const release = await takeLock(path, "the test");
    const [other] = startTakers(1);
    leaveLock(path, { pid: DEAD_PID, start: "boot 1" });
    expect(await other?.take(path)).toBe("won");
    await release();
    expect(holderOf(path)).toBe(other?.pid);
  });

  test("may be called where there is none", async () => {
    await expect(releaseLock(newPath())).resolves.toBeUndefined();
  });
});
