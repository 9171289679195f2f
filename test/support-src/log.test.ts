import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLog } from "../../src/support/create-log.ts";
import { LOG_LEVELS, type LogLevel, SILENT } from "../../src/support/log.ts";
import { anyText } from "../model/grammar/any-text.ts";

function listen(format: "text" | "json", level: LogLevel = "debug") {
  const written: string[] = [];
  return { log: createLog({ level, format, write: (text) => void written.push(text) }), written };
}

describe("createLog, text", () => {
  test("writes time, level, message and fields in one line", () => {
    const { log, written } = listen("text");
    log.info("apply", { outcome: "applied", ms: 212, reason: "two words", upstreams: ["api +10.0.0.7:80"], none: null, path: "/a/b.conf" });
    expect(written).toHaveLength(1);
    expect(written[0]?.replace(/^\S+/, "TIME")).toBe(
      'TIME info  apply outcome=applied ms=212 reason="two words" upstreams=["api +10.0.0.7:80"] none=null path=/a/b.conf\n',
    );
    expect(written[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
  });

  test("leaves a field out that is undefined, and quotes one that looks like two", () => {
    const { log, written } = listen("text");
    log.warn("m", { a: undefined, b: "x c=y", c: "", d: '"' });
    expect(written[0]).toMatch(/ warn {2}m b="x c=y" c="" d="\\""\n$/);
  });

  test("no text breaks its line, and none commands the terminal", () => {
    fc.assert(
      fc.property(anyText, anyText, (message, value) => {
        const { log, written } = listen("text");
        log.error(message, { value, inside: { value }, list: [value] });
        expect(written).toHaveLength(1);
        expect(written[0]?.endsWith("\n")).toBe(true);
        expect(written[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });

  test.each(["a\nb", "a\r\nb", "\u001b[31mred", "\u009b31mred", "a\u2028b", "\u202eevil"])("shows %j escaped", (value) => {
    const { log, written } = listen("text");
    log.info("m", { value });
    expect(written.join("")).toMatch(/value="[\x20-\x7e]+"\n$/);
  });
});

describe("createLog, json", () => {
  test("writes one object a line, with the level by name and no process", () => {
    const { log, written } = listen("json");
    log.warn("held\nup", { upstream: "api\u2028", count: 2 });
    expect(written).toHaveLength(1);
    expect(written[0]?.trimEnd().split("\n")).toHaveLength(1);
    const { time, ...rest } = JSON.parse(written[0] ?? "") as Record<string, unknown>;
    expect(rest).toEqual({ level: "warn", msg: "held\nup", upstream: "api\u2028", count: 2 });
    expect(new Date(String(time)).toISOString()).toBe(time);
  });
});

test.each(LOG_LEVELS)("createLog at level %s writes that and what is worse", (level) => {
  const { log, written } = listen("json", level);
  for (const each of LOG_LEVELS) log[each]("m");
  const levels = written.map((line) => (JSON.parse(line) as { level: string }).level);
  expect(levels).toEqual(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1));
});

test("SILENT takes everything and says nothing", () => {
  for (const level of LOG_LEVELS) expect(SILENT[level]("m", {})).toBeUndefined();
});
