import { describe, expect, test } from "vitest";
import type { Line } from "../../../src/demo/drawing/line.ts";
import { type Drawn, redraw } from "../../../src/demo/drawing/redraw.ts";
import { screenOf } from "../../support/terminal.ts";

const picture = (...texts: string[]): Line[] => texts.map((text) => [{ text }]);

/** Draws the steps one after the other, each on a terminal of the size that it names, and gives what the last one shows. */
function show(...steps: { above?: string; lines: string[]; columns?: number; rows?: number }[]): readonly string[] {
  let [written, drawn] = ["", [] as Drawn];
  for (const { above = "", lines, columns = 20, rows = 10 } of steps) {
    const next = redraw(drawn, picture(...lines), above, { columns, rows, colour: false });
    written += next.text.replaceAll("\n", "\r\n");
    drawn = next.drawn;
  }
  const { columns = 20, rows = 10 } = steps.at(-1) ?? {};
  return screenOf(written, { columns, rows }).lines;
}

describe("redraw()", () => {
  test("draws a picture over the one before, whether it is lower or higher, and leaves nothing of it", () => {
    expect(show({ lines: ["one", "two", "three"] }, { lines: ["1"] }, { lines: ["first", "second"] })).toEqual(["first", "second", ""]);
  });

  test("writes text above the picture, which stands once and below it", () => {
    const steps = [{ lines: ["bar"] }, { above: "a story\n", lines: ["bars"] }, { above: "goes on\n\n", lines: ["bar"] }];
    expect(show(...steps)).toEqual(["a story", "goes on", "", "bar", ""]);
  });

  test("text that is wider than the terminal stands whole above the picture", () => {
    expect(show({ lines: ["bar"] }, { above: "twelve chars\n", lines: ["bar"], columns: 10 })).toEqual(["twelve cha", "rs", "bar", ""]);
  });

  test("cuts lines that are too wide, so that the next picture finds its place", () => {
    const wide = { lines: ["x".repeat(30), "y"], columns: 20 };
    expect(show(wide, wide, { lines: ["z"], columns: 20 })).toEqual(["z", ""]);
  });

  test("goes up over what a narrower terminal has wrapped", () => {
    const { text } = redraw([20, 3], picture("a"), "", { columns: 10, rows: 10, colour: false });
    expect(text.startsWith("\r\u001b[3A")).toBe(true);
  });

  test("of a picture that is higher than the terminal the end is drawn, in place", () => {
    const high = { lines: ["1", "2", "3", "4"], rows: 3 };
    expect(show(high, high, high)).toEqual(["3", "4", ""]);
  });
});
