import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configurationOf } from "../../src/cli/configuration.ts";
import type { Action } from "../../src/cli/frame.ts";
import { main } from "../../src/cli/main.ts";
import type { CommandOptions } from "../../src/cli/options.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { tempFolder } from "../support/tmp.ts";
import { ioOf } from "./frame.ts";

type AnyAction = Action<CommandOptions>;

const NOTHING: AnyAction = async () => 0;

async function run(line: string, action = NOTHING, env: Record<string, string> = {}) {
  const io = ioOf({ env });
  const exit = await main(line === "" ? [] : line.split(" "), io, action);
  return { exit, out: io.out(), err: io.err() };
}

describe("main", () => {
  it("ends with the exit code of the command", async () => {
    const one = async () => 1;
    expect(await run("diff", one)).toEqual({ exit: 1, out: "", err: "" });
  });

  it("prints the version of the package for --version, also after a command", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await run("--version")).toEqual({ exit: 0, out: `${version}\n`, err: "" });
    expect((await run("run --version")).out).toBe(`${version}\n`);
  });

  it("prints help on stdout when asked for, and on stderr with exit 2 when the command is missing", async () => {
    expect(await run("--help")).toMatchObject({ exit: 0, out: expect.stringContaining("UPSTREAMD_CONSUL_ADDRESS"), err: "" });
    expect(await run("render --help")).toMatchObject({ exit: 0, out: expect.stringContaining("--service") });
    expect(await run("")).toMatchObject({ exit: 2, out: "", err: expect.stringContaining("Usage: upstreamd") });
  });

  it.each([
    ["rendr", "unknown command 'rendr'\n(Did you mean render?)"],
    ["render --ou x", "unknown option '--ou'\n(Did you mean --out?)"],
    ["render x", "too many arguments"],
    ["render --timeout 5", "Expected a duration such as 250ms, 2s, 5m or 1h."],
    ["render --timeout 0", "Expected a duration"],
    ["render --nginx-version new", "Expected a version such as 1.22.1."],
    ["render --write --out d", "'--write' cannot be used with option '--out <DIR>'"],
    ["render --out --write", "Expected a value."],
    ["render --adopt", "option '--adopt' needs '--write'"],
    ["diff --to b", "option '--to' needs '--from'"],
    ["diff --from a --to b --against c", "cannot be used with option '--against <DIR>'"],
    ["run -c", "argument missing"],
    ["run --observe", "unknown option '--observe'"],
    ["run --log-level loud", 'Cannot use --log-level: found "loud", expected one of error, warn, info, debug.'],
    ["run --log-level wran", 'expected one of error, warn, info, debug. Did you mean "warn"?'],
    ["run --log-format jsno", 'expected one of text, json. Did you mean "json"?'],
    ["expalin", "unknown command 'expalin'\n(Did you mean explain?)"],
    ["explain --form x", "unknown option '--form'\n(Did you mean --from?)"],
    ["init -c x.yaml", "'--out' names the one that is written"],
  ])("refuses `upstreamd %s` with exit 2", async (line, text) => {
    const { exit, out, err } = await run(line);
    expect(exit).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(/^upstreamd: /);
    expect(err).toContain(text);
    expect(err).toMatch(/\[USAGE\]\n$/);
  });

  it.each([
    ["leas_conn", 'Did you mean "least_conn"?'],
    ["rnadom=two", 'Did you mean "random"?'],
    ["hahs=$request_uri,consistent", 'Did you mean "hash"?'],
  ])("suggests a method for --algorithm %s", async (written, suggestion) => {
    const io = ioOf();
    expect(await main(["render", "--service", "api", "--algorithm", written], io)).toBe(2);
    expect(io.err()).toContain(suggestion);
  });

  it("names the variable whose value is none of its words", async () => {
    const { exit, err } = await run("run", NOTHING, { UPSTREAMD_LOG_FORMAT: "xml" });
    expect(exit).toBe(2);
    expect(err).toContain('UPSTREAMD_LOG_FORMAT: found "xml", expected one of text, json');
  });

  it("prints an error that the user can mend with its hint and code, without a stack", async () => {
    const refusing = async () => {
      throw new UpstreamdError("NGINX_REFUSED", "Nginx said no.", "Ask it again.");
    };
    expect(await run("render", refusing)).toEqual({ exit: 4, out: "", err: "upstreamd: Nginx said no.\nAsk it again.\n[NGINX_REFUSED]\n" });
  });

  it("prints a bug with its stack, the version and where to report it, and exits 70", async () => {
    const broken = async () => {
      throw new TypeError("x is not a function");
    };
    const { exit, err } = await run("run", broken);
    expect(exit).toBe(70);
    expect(err).toMatch(/this is a bug in upstreamd \d+\.\d+\.\d+/);
    expect(err).toMatch(/TypeError: x is not a function\n\s+at .*main\.test\.ts/);
    expect(err).toContain("Please report it");
  });

  it("is quiet when nobody reads stdout or stderr any more", async () => {
    const io = ioOf();
    expect(await main(["run"], io, NOTHING)).toBe(0);
    io.fail("stdout", "EPIPE");
    io.fail("stderr", "EPIPE");
    expect(io.err()).toBe("");
    expect(io.exits).toEqual([]);
  });

  it("says once why stdout cannot be written, lets the command end, and exits 2", async () => {
    const io = ioOf();
    const failing = async () => {
      io.fail("stdout", "ENOSPC");
      io.fail("stdout", "ENOSPC");
      return 0;
    };
    expect(await main(["render"], io, failing)).toBe(2);
    expect(io.err()).toBe("upstreamd: Cannot write to stdout: ENOSPC\n");
    expect(io.exits).toEqual([]);
  });

  it("exits 2 when stdout turns out to have failed after the command had ended", async () => {
    const io = ioOf();
    expect(await main(["render"], io, NOTHING)).toBe(0);
    io.fail("stdout", "ENOSPC");
    expect(io.err()).toBe("upstreamd: Cannot write to stdout: ENOSPC\n");
    expect(io.exits).toEqual([2]);
  });

  it.each([
    ["--help", NOTHING, 0, 2],
    ["diff", async () => 1, 1, 2],
    ["render", () => Promise.reject(new UpstreamdError("CONSUL", "No.", "Wait.")), 3, null],
  ])("lets the failed write of `upstreamd %s` count only where the command itself did not fail", async (line, action, exit, late) => {
    const io = ioOf();
    expect(await main([line], io, action)).toBe(exit);
    io.fail("stdout", "ENOSPC");
    expect(io.exits).toEqual(late === null ? [] : [late]);
  });

  it("goes on when stderr cannot be written, where nothing can be said of it", async () => {
    const io = ioOf();
    const failing = async () => {
      io.fail("stderr", "ENOSPC");
      return 0;
    };
    expect(await main(["run"], io, failing)).toBe(0);
    expect(io.exits).toEqual([]);
  });

  it("prints no character of an error that a terminal would obey", async () => {
    const refusing = async () => {
      throw new UpstreamdError("CONFIG_INVALID", "Cannot use it:\n  \u001b[31m \u009b1m \u202e", "Mend \u0007it.");
    };
    expect((await run("render", refusing)).err).toBe(
      "upstreamd: Cannot use it:\n  \\u{1b}[31m \\u{9b}1m \\u{202e}\nMend \\u{7}it.\n[CONFIG_INVALID]\n",
    );
  });
});

describe("configurationOf", () => {
  it("reads the token from stdin once, and has it still when the file is read again", async () => {
    const io = ioOf({ stdin: "from-stdin\n" });
    const tokens: (string | null)[] = [];
    const loading: AnyAction = async (options, world) => {
      for (let i = 0; i < 2; i++) tokens.push((await configurationOf({ ...options, services: ["api"] }, world)).consul.token);
      return 0;
    };
    expect(await main(["render", "--token-file", "-"], io, loading)).toBe(0);
    expect(tokens).toEqual(["from-stdin", "from-stdin"]);
  });

  it("ends a command whose configuration is missing with exit 2 and its name", async () => {
    const path = join(tempFolder("cli"), "none.yaml");
    const loading: AnyAction = async (options, io) => {
      await configurationOf(options, io);
      return 0;
    };
    const { exit, err } = await run(`render -c ${path}`, loading);
    expect(exit).toBe(2);
    expect(err).toContain(path);
    expect(err).toContain("[CONFIG_MISSING]");
  });
});
