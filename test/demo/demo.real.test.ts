import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { stepList } from "../../src/demo/steps.ts";
import { STORY } from "../../src/demo/story.ts";
import { isAlive } from "../support/alive.ts";
import { type Child, startChild } from "../support/child.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";
import { PLACES } from "../tools/places.mjs";

const BIN = join(import.meta.dirname, "..", "..", "bin", "upstreamd.js");
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

interface Show {
  readonly child: Child;
  /** The folder that stands for /tmp. */
  readonly tmp: string;
  readonly exit: () => Promise<number | null>;
}

/** The demo as people start it, with a folder of its own for what is temporary. */
function startDemo({ path = "", tmp = tempFolder("demo-tmp"), shell = "", args = "", node = process.execPath } = {}): Show {
  const demo = [node, BIN, "demo", ...args.split(" ").filter(Boolean)];
  const command = shell === "" ? demo : ["/bin/sh", "-c", shell, process.execPath, BIN];
  const child = startChild(command[0] ?? "", command.slice(1), { env: { PATH: path, TMPDIR: tmp } });
  atEnd(() => {
    for (const pid of processesAbout(tmp)) process.kill(Number(pid), "SIGKILL");
  });
  return { child, tmp, exit: async () => (await child.exited).code };
}

/** Processes that were started with something in this folder, or hold it open: the workers of Nginx do only that. */
function processesAbout(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isAlive(pid) && concerns(pid, folder));
}

function concerns(pid: string, folder: string): boolean {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${folder}/`)) return true;
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(`${folder}/`));
  } catch {
    return false;
  }
}

function expectNothingLeft(tmp: string): void {
  expect(processesAbout(tmp)).toEqual([]);
  expect(readdirSync(tmp)).toEqual([]);
}

/** A program by the name of consul, alone in a folder. */
function fakeConsul(script: string): string {
  const folder = tempFolder("demo-path");
  writeFileSync(join(folder, "consul"), script);
  chmodSync(join(folder, "consul"), 0o755);
  return folder;
}

const STAGES = [
  ["the stand-in", ""],
  ["a real Consul", dirname(PLACES.consul.binary)],
] as const;

describe.each(STAGES)("upstreamd demo with %s", (_name, path) => {
  test("ends with 0 after every scene, and leaves nothing", async () => {
    const { child, tmp, exit } = startDemo({ path });
    expect(await exit(), child.stderr()).toBe(0);
    expect(child.stdout().match(/= Of 12 requests in a row: .*\d/g)).toHaveLength(STORY.length);
    expect(child.stdout()).toMatch(/That was all: \d{3,} requests, none failed/);
    expect(child.stdout()).toContain(path === "" ? "the built-in stand-in" : "the real one");
    expect(child.stdout() + child.stderr()).not.toContain("\u001b");
    expect(child.stderr()).toBe("");
    expectNothingLeft(tmp);
  });

  test.each(SIGNALS)("%s in the middle ends it with %i and leaves nothing", async (signal, code) => {
    const { child, tmp, exit } = startDemo({ path });
    await until("the second scene", () => child.stdout().includes("A server joins"));
    const running = processesAbout(tmp).length;
    child.kill(signal);
    expect(await exit(), child.stderr()).toBe(code);
    expect(running).toBeGreaterThanOrEqual(path === "" ? 2 : 3);
    expect(child.stdout()).not.toContain("That was all");
    expectNothingLeft(tmp);
  });

  test.each(SIGNALS)("%s while the agent is frozen ends it with %i and leaves nothing", async (signal, code) => {
    const { child, tmp, exit } = startDemo({ path, args: "--steps freeze" });
    await until("the agent to be frozen", () => child.stdout().includes("blue asks for the weight 2 and waits"));
    child.kill(signal);
    expect(await exit(), child.stderr()).toBe(code);
    expectNothingLeft(tmp);
  });

  test.each(SIGNALS)("%s while the stage is being set ends it with %i and leaves nothing", async (signal, code) => {
    const { child, tmp, exit } = startDemo({ path });
    await until("the folder", () => readdirSync(tmp).length > 0, { everyMs: 2 });
    child.kill(signal);
    expect(await exit(), child.stderr()).toBe(code);
    expectNothingLeft(tmp);
  });
});

describe("upstreamd demo", () => {
  test.each([
    ["die,refuse", ["4/8  A server dies", "7/8  A bad change is refused"]],
    ["5-6", ["5/8  Weights change", "6/8  A dry run"]],
  ])("plays the steps %s alone, from where they begin", async (steps, titles) => {
    const { child, tmp, exit } = startDemo({ args: `--steps ${steps}` });
    expect(await exit(), child.stderr()).toBe(0);
    expect(child.stdout().match(/^\d\/\d .*/gm)).toEqual(titles);
    expectNothingLeft(tmp);
  });

  test("shows a dry run that comes true, and the words of Nginx for what it refuses", async () => {
    const { child, exit } = startDemo({ args: "--steps diff,refuse" });
    expect(await exit(), child.stderr()).toBe(0);
    expect(child.stdout()).toMatch(/\| \$ upstreamd diff; echo \$\?\n +\| shop: -127\.0\.0\.1:\d+\n/);
    expect(child.stdout()).toMatch(/\| \$ upstreamd diff; echo \$\?\n +\| 0\n/);
    expect(child.stdout()).toContain('blocked: unknown "remote_adr" variable');
  });

  test("has nothing to complain of on a current Node either", async () => {
    const { child, exit } = startDemo({ node: PLACES.node.binary, args: "--steps join,die" });
    expect(await exit(), child.stderr()).toBe(0);
    expect(child.stderr()).toBe("");
  });

  test("says which steps there are, and which one there is not", async () => {
    const { child, exit } = startDemo({ args: "--list" });
    expect(await exit()).toBe(0);
    expect(child.stdout()).toBe(stepList(STORY));
    const wrong = startDemo({ args: "--steps 1,jion" });
    expect(await wrong.exit()).toBe(2);
    expect(wrong.child.stderr()).toContain('Cannot show the step "jion": there is none. Did you mean "join"?');
    expect(wrong.child.stderr()).toContain(stepList(STORY));
    expect(readdirSync(wrong.tmp)).toEqual([]);
  });

  test.each(["--speed quick", "--speed 0", "--speed 1e9", "--fast --speed 2", "--steps"])("%s is exit 2", async (args) => {
    const { exit } = startDemo({ args });
    expect(await exit()).toBe(2);
  });
  test("hears a second signal and still clears up", async () => {
    const { child, tmp, exit } = startDemo();
    await until("the second scene", () => child.stdout().includes("A server joins"));
    child.kill("SIGTERM");
    child.kill("SIGINT");
    expect([130, 143]).toContain(await exit());
    expectNothingLeft(tmp);
  });

  test("is stopped at once while it waits for a Consul that never answers", async () => {
    const { child, tmp, exit } = startDemo({ path: fakeConsul("#!/bin/sh\n/bin/sleep 300 &\n/bin/sleep 300\n") });
    await until("the agent", () => processesAbout(tmp).length > 0);
    const began = performance.now();
    child.kill("SIGTERM");
    expect(await exit()).toBe(143);
    expect(performance.now() - began).toBeLessThan(5_000);
    expectNothingLeft(tmp);
  });

  test("plays in a folder whose name Nginx would split", async () => {
    const tmp = join(tempFolder("demo-tmp"), "a b;c");
    mkdirSync(tmp);
    const { child, exit } = startDemo({ tmp, args: "--steps 1,diff" });
    expect(await exit(), child.stderr()).toBe(0);
    expectNothingLeft(tmp);
  });

  test("says that there is no place for its folder", async () => {
    const { child, exit } = startDemo({ tmp: join(tempFolder("demo-tmp"), "none") });
    expect(await exit()).toBe(1);
    expect(child.stderr()).toMatch(/^upstreamd: The demo did not come out as it should: no folder can be made in .*TMPDIR/);
  });

  test.each([
    ["ends at once", "#!/bin/sh\necho this is no consul >&2\nexit 3\n", /it ended, and had said: this is no consul/],
    ["cannot be executed", "#!/none/interpreter\n", /ENOENT/],
  ])("says that the Consul on the PATH %s", async (_name, script, words) => {
    const { child, tmp, exit } = startDemo({ path: fakeConsul(script) });
    expect(await exit()).toBe(1);
    expect(child.stderr()).toMatch(/^upstreamd: The demo did not come out as it should: .*consul does not work: /);
    expect(child.stderr()).toMatch(words);
    expectNothingLeft(tmp);
  });

  test.each([
    ["is on a full disk", "$0 $1 demo > /dev/full; echo $? >&2", "2\n"],
    ["has no reader", "{ $0 $1 demo; echo $? >&2; } | :", "1\n"],
  ])("stops with a message when stdout %s", async (_name, shell, code) => {
    const { child, tmp, exit } = startDemo({ shell });
    await exit();
    expect(child.stderr()).toContain(`upstreamd: The demo was stopped, because nobody can read it.\n${code}`);
    expect(child.stderr()).not.toMatch(/\n {4}at /);
    expectNothingLeft(tmp);
  });
});
