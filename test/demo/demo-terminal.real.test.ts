import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { startOnTerminal } from "../support/pty.ts";
import { screenOf } from "../support/terminal.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";

const BIN = join(import.meta.dirname, "..", "..", "bin", "upstreamd.js");
const RULE = /^── answers in the last 2 s ─+$/;
const COLOUR = "\u001b[32m";
const HIDE_CURSOR = "\u001b[?25l";

/** The demo on a terminal, with a folder of its own for what is temporary. */
function startDemo(args: string, { columns = 80, rows = 24, env = {} } = {}) {
  const tmp = tempFolder("demo-tmp");
  const all = { PATH: "", TMPDIR: tmp, TERM: "xterm", LANG: "C.UTF-8", ...env };
  const child = startOnTerminal(process.execPath, [BIN, "demo", ...args.split(" ")], { columns, rows, env: all });
  return { child, tmp, exit: async () => (await child.exited).code, screen: () => screenOf(child.stdout(), { columns, rows }) };
}

describe("upstreamd demo on a terminal", () => {
  test.each([
    { columns: 80, rows: 24 },
    { columns: 34, rows: 10 },
    { columns: 80, rows: 4 },
  ])("draws the bars in place below the story, and leaves one picture and the cursor, on $columns x $rows", async (size) => {
    const { child, tmp, exit, screen } = startDemo("--speed 20 --steps 1-2,refuse", size);
    expect(await exit(), child.stdout()).toBe(0);
    const { lines, isCursorShown } = screen();
    expect(child.stdout()).toContain(HIDE_CURSOR);
    expect(isCursorShown).toBe(true);
    for (const title of ["1/8  One server", "2/8  A server joins", "7/8  A bad change is refused"])
      expect(lines.filter((line) => line === title)).toHaveLength(1);
    expect(lines.filter((line) => RULE.test(line))).toHaveLength(size.rows > 8 ? 1 : 0);
    const [state = "", ...others] = lines.filter((line) => /^ {2}upstreamd /.test(line));
    expect(state).toMatch(/^ {2}upstreamd in_sync, generation 4/);
    expect(others).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
  });

  test("draws again and again while nothing is said, with the requests of the last seconds", async () => {
    const { child, screen, exit } = startDemo("--steps 1");
    const requests = () => Number(/(\d+) requests, 0 failed/.exec(screen().lines.join("\n"))?.[1] ?? 0);
    await until("a picture", () => requests() > 0);
    const [first, text] = [requests(), screen().lines.findIndex((line) => RULE.test(line))];
    await until("later pictures", () => requests() > first + 20);
    expect(text).toBeGreaterThan(0);
    child.kill("SIGUSR1");
    await exit();
  });

  test("Ctrl-C in the middle ends it with 130, gives the cursor back and leaves nothing", async () => {
    const { child, tmp, exit, screen } = startDemo("--speed 20");
    await until("the second scene", () => child.stdout().includes("A server joins"));
    child.kill("SIGUSR1");
    expect(await exit()).toBe(130);
    expect(screen().isCursorShown).toBe(true);
    expect(readdirSync(tmp)).toEqual([]);
  });

  test.each([
    ["NO_COLOR", "--fast --steps 1", { NO_COLOR: "1" }],
    ["--no-color", "--no-color --fast --steps 1", {}],
  ])("with %s it draws without colour", async (_name, args, env) => {
    const { child, exit } = startDemo(args, { env });
    expect(await exit()).toBe(0);
    expect(child.stdout()).toContain(HIDE_CURSOR);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(child.stdout()).not.toMatch(/\u001b\[\d+m/);
  });

  test("colours where nothing speaks against it, and draws in ASCII where the locale knows no more", async () => {
    const { child, exit } = startDemo("--fast --steps 1", { env: { LANG: "C" } });
    expect(await exit()).toBe(0);
    expect(child.stdout()).toContain(COLOUR);
    expect(child.stdout()).toMatch(/^[\p{ASCII}]*$/u);
  });

  test("a terminal that obeys nothing, and one on which a log is asked for, get plain text", async () => {
    for (const [args, env] of [
      ["--fast --steps 1", { TERM: "dumb" }],
      ["--fast --steps 1 --log-level warn", {}],
    ] as const) {
      const { child, exit } = startDemo(args, { env });
      expect(await exit()).toBe(0);
      expect(child.stdout()).not.toContain(HIDE_CURSOR);
      expect(stripVTControlCharacters(child.stdout())).toContain("red   #");
    }
  });
});
