import { describe, expect, it } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { waitingFor } from "../../src/cli/progress.ts";
import { virtualClock } from "../consul/virtual-clock.ts";
import { ioOf } from "./frame.ts";

const CLEAR = "\r\u001b[K";

/** Work that takes so many milliseconds of a virtual clock, before a terminal of so many columns; what was shown. */
async function shown(ms: number, { what = "Consul", isTTY = true, columns = 80, term = "xterm", failing = false } = {}): Promise<string> {
  const clock = virtualClock();
  const base = ioOf({ env: { TERM: term } });
  const io: Io = { ...base, stderr: { ...base.stderr, isTTY, columns } };
  const work = async () => {
    await clock.sleep(ms);
    if (failing) throw new Error("no");
    return 7;
  };
  const done = waitingFor(what, io, work, clock).catch((error: unknown) => error);
  await clock.advance(ms);
  expect(await done).toEqual(failing ? new Error("no") : 7);
  return base.err();
}

describe("waitingFor", () => {
  it("says nothing of what takes a second at most", async () => {
    expect(await shown(900)).toBe("");
  });

  it("rewrites one line each second, and takes it away at the end, also after an error", async () => {
    const lines = ["1 s", "2 s"].map((time) => `${CLEAR}waiting for Consul ... ${time}`).join("");
    expect(await shown(2_500)).toBe(lines + CLEAR);
    expect(await shown(2_500, { failing: true })).toBe(lines + CLEAR);
  });

  it("says nothing where stderr is no terminal, or one that cannot take a line back", async () => {
    expect(await shown(5_000, { isTTY: false })).toBe("");
    expect(await shown(5_000, { term: "dumb" })).toBe("");
  });

  it("never fills a line, since one that wraps could not be taken back, and shows nothing that a terminal obeys", async () => {
    const text = await shown(1_500, { what: `x\u001b[2J${"y".repeat(200)}`, columns: 40 });
    const [line = ""] = text.split(CLEAR).filter((part) => part !== "");
    expect(line).toHaveLength(39);
    expect(line).not.toMatch(/\p{C}/u);
  });
});
