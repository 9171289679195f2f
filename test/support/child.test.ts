import { expect, test } from "vitest";
import { isAlive } from "./alive.ts";
import { startChild } from "./child.ts";
import { until } from "./until.ts";

test("startChild() keeps what the child says and how it ends", async () => {
  const child = startChild("sh", ["-c", "read line; echo got $line; echo oh >&2; exit 3"], { input: "this\n" });
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect([child.stdout(), child.stderr()]).toEqual(["got this\n", "oh\n"]);
});

test("stop() ends a child that does not listen to SIGTERM while frozen, and what that child started", async () => {
  const child = startChild("sh", ["-c", "sleep 1000 & echo $!; wait"]);
  const grandchild = await until("the pid of the grandchild", () => child.stdout().trim() || null);
  child.kill("SIGSTOP");
  expect(await child.stop()).toEqual({ code: null, signal: "SIGTERM" });
  await until("the end of the grandchild", () => !isAlive(grandchild));
});

test("a command that is not there ends at once, and its name is in what was said", async () => {
  const child = startChild("/no/such/command", []);
  await expect(child.exited).resolves.not.toEqual({ code: 0, signal: null });
  expect(child.stderr()).toContain("/no/such/command");
});
