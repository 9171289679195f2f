import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { createRun } from "../../src/nginx/command.ts";
import { createThreshold } from "../../src/nginx/waiting-command.ts";
import { systemClock } from "../../src/support/clock.ts";
import { isAlive } from "../support/alive.ts";
import { startChild } from "../support/child.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";

const LIMITS = { timeoutMs: 5_000 };
const SAY = ["/bin/sh", "-c", 'echo "$1"; echo oh >&2; exit 3', "sh", "a b;$c"];

/** The processes of ours that wait to become a command. */
function waitingShells(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("read -r word"));
}

describe("createThreshold()", () => {
  test("admits a process that waits for just this command, and what comes of it is the same", async () => {
    const threshold = createThreshold();
    const expected = await createRun(systemClock)(SAY, LIMITS);
    expect(expected).toMatchObject({ code: 3, stdout: "a b;$c\n", stderr: "oh\n", failure: null });
    threshold.await(SAY);
    const [waiting] = waitingShells();
    expect(waiting).toBeDefined();
    expect(await createRun(systemClock, threshold)(SAY, LIMITS)).toEqual(expected);
    expect(waitingShells()).toEqual([]);
    expect(await createRun(systemClock, threshold)(SAY, LIMITS)).toEqual(expected);
  });

  test("admits nobody for another command, and dismisses who waits when another is awaited", async () => {
    const threshold = createThreshold();
    threshold.await(SAY);
    threshold.await(SAY);
    const before = waitingShells();
    expect(before).toHaveLength(1);
    expect(threshold.admit(["/bin/true"])).toBeNull();
    threshold.await(["/bin/true"]);
    await until("the first one to be gone", () => waitingShells().every((pid) => !before.includes(pid)));
    expect(await createRun(systemClock, threshold)(["/bin/true"], LIMITS)).toMatchObject({ code: 0, failure: null });
    expect(waitingShells()).toEqual([]);
  });

  test("kills what was admitted and does not end in time", async () => {
    const threshold = createThreshold();
    const sleep = ["/bin/sleep", "60"];
    threshold.await(sleep);
    expect(await createRun(systemClock, threshold)(sleep, { timeoutMs: 100 })).toMatchObject({ timedOut: true, signal: "SIGKILL" });
  });

  test("who waits neither keeps us nor outlives us", async () => {
    const source = join(import.meta.dirname, "..", "..", "src", "nginx", "waiting-command.ts");
    const contents = `import { createThreshold } from ${JSON.stringify(source)};
      import { readFileSync } from "node:fs";
      createThreshold().await(["/bin/sleep", "60"]);
      console.log(readFileSync("/proc/self/task/" + process.pid + "/children", "utf8"));`;
    const outfile = join(tempFolder(), "us.mjs");
    await build({ stdin: { contents, resolveDir: import.meta.dirname }, outfile, bundle: true, format: "esm", platform: "node" });
    const us = startChild(process.execPath, [outfile]);
    expect(await us.exited).toMatchObject({ code: 0 });
    expect(us.stdout()).toMatch(/^\d+ $/m);
    await until("the one that waits to end", () => !isAlive(Number(us.stdout())));
  });
});
