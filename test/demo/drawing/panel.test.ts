import { describe, expect, test } from "vitest";
import { type Line, lineText, lineWidth } from "../../../src/demo/drawing/line.ts";
import { panelLines, type Sight } from "../../../src/demo/drawing/panel.ts";
import type { Status } from "../../../src/model/status.ts";

const STATUS: Status = {
  version: 1,
  state: "in_sync",
  reason: null,
  desired: { hash: "a" },
  on_disk: { hash: "a" },
  running: { hash: "a", generation: 4, verified_at: null },
  consul: { state: "ok", reason: null, last_answer_age_s: 0.42 },
  nginx: { state: "running", reason: null, version: "1.22.1", master_pid: 1, processes: 2 },
  upstreams: [],
  outcomes: [],
};

const answered = (from: string, at: number, failed = false) => ({ from, at, failed });
const sight = (more: Partial<Sight> = {}): Sight => ({ now: 10_000, answers: [], status: STATUS, ...more });
const textOf = (lines: readonly Line[], columns = 80) => lines.map((line) => lineText(line, columns, false).trimEnd());

describe("panelLines()", () => {
  test("draws who answered in the last two seconds, as parts of all that were answered", () => {
    const answers = [answered("red", 1_000), ...Array.from({ length: 6 }, (_, at) => answered(at < 4 ? "red" : "blue", 9_000 + at))];
    expect(textOf(panelLines(sight({ answers }), { columns: 28, blocks: false }))).toEqual([
      "-- answers in the last 2 s -",
      "  red   ##########         4",
      "  green",
      "  blue  #####              2",
      "  7 requests, 0 failed",
      "  upstreamd in_sync, generation 4 runs",
      "  consul    ok, last heard 0.4 s ago",
    ]);
  });

  test("draws to an eighth of a column where blocks can be shown", () => {
    const answers = ["red", "red", "blue"].map((from) => answered(from, 9_999));
    const [, red, , blue] = textOf(panelLines(sight({ answers }), { columns: 23, blocks: true }));
    expect([red, blue]).toEqual(["  red   ██████▋       2", "  blue  ███▍          1"]);
  });

  test("says why upstreamd is blocked, and counts what failed", () => {
    const status = { ...STATUS, state: "blocked", reason: 'unknown "remote_adr" variable' } as const;
    const lines = textOf(panelLines(sight({ status, answers: [answered("status 502", 9_000, true)] }), { columns: 60, blocks: false }));
    expect(lines).toContain("  1 requests, 1 failed");
    expect(lines).toContain('  upstreamd blocked: unknown "remote_adr" variable');
  });

  test("is as high before there is a daemon as when there is one", () => {
    const shape = { columns: 60, blocks: false };
    expect(panelLines(sight({ status: null }), shape)).toHaveLength(panelLines(sight(), shape).length);
  });

  test.each([1, 5, 12, 17, 40, 200])("fits into %i columns", (columns) => {
    const answers = [answered("green", 9_999)];
    const lines = panelLines(sight({ answers }), { columns, blocks: true });
    for (const line of lines) expect(lineText(line, columns, false).length).toBeLessThanOrEqual(columns);
    for (const bar of lines.slice(1, 4)) expect(lineWidth(bar)).toBeLessThanOrEqual(Math.max(columns, 13));
  });
});

describe("lineText()", () => {
  const line: Line = [{ text: "upstreamd " }, { text: "in_sync", style: "green" }, { text: ", and more" }];

  test("colours pieces where there is colour, and no others", () => {
    expect(lineText(line, 80, false)).toBe("upstreamd in_sync, and more");
    expect(lineText(line, 80, true)).toBe("upstreamd \u001b[32min_sync\u001b[39m, and more");
  });

  test("cuts before it colours, so that no colour is left open", () => {
    expect(lineText(line, 12, true)).toBe("upstreamd \u001b[32min\u001b[39m");
    expect(lineText(line, 10, true)).toBe("upstreamd ");
  });
});
