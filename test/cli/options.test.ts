import { describe, expect, it } from "vitest";
import type { Action } from "../../src/cli/frame.ts";
import { main } from "../../src/cli/main.ts";
import type { CommandOptions } from "../../src/cli/options.ts";
import { SETTING_FLAGS } from "../../src/cli/settings-flags.ts";
import { ioOf, programOf } from "./frame.ts";

/** Runs a command line and gives what its action was handed. */
async function optionsOf(line: string, env: Record<string, string> = {}): Promise<CommandOptions & Readonly<Record<string, unknown>>> {
  const seen: CommandOptions[] = [];
  const io = ioOf({ env });
  const exit = await main(line.split(" "), io, async (options) => {
    seen.push(options);
    return 0;
  });
  expect(io.err()).toBe("");
  expect(exit).toBe(0);
  return seen[0] as CommandOptions & Readonly<Record<string, unknown>>;
}

describe("the command line", () => {
  it("has the commands of this version", () => {
    const program = programOf(ioOf());
    expect(program.commands.map((command) => command.name())).toEqual([
      "run",
      "render",
      "diff",
      "check",
      "explain",
      "snapshot",
      "status",
      "init",
      "demo",
    ]);
  });

  it("gives every option a value when nothing is asked for", async () => {
    expect(await optionsOf("render")).toEqual({
      config: null,
      logLevel: "info",
      logFormat: "text",
      color: false,
      overrides: { settings: [], tokenFile: null, tokenText: null, algorithm: null, nginxVersion: null },
      from: null,
      services: [],
      timeoutMs: 30_000,
      write: false,
      out: null,
      adopt: false,
    });
    expect(await optionsOf("diff")).toMatchObject({ from: null, to: null, against: null, json: false, services: [], timeoutMs: 30_000 });
    expect(await optionsOf("run")).toMatchObject({ adopt: false });
    expect(await optionsOf("snapshot")).toMatchObject({ out: null, timeoutMs: 30_000 });
    expect(await optionsOf("status")).toMatchObject({ json: false, watch: false });
    expect(await optionsOf("demo")).toMatchObject({ speed: null, steps: null, list: false });
  });

  it("reads the options of render", async () => {
    const options = await optionsOf(
      "render --out d --from s.json --timeout 250ms --nginx-version 1.22.1 --service api --service web --algorithm least_conn",
    );
    expect(options).toMatchObject({ out: "d", from: "s.json", timeoutMs: 250, services: ["api", "web"] });
    expect(options.overrides).toMatchObject({ algorithm: "least_conn", nginxVersion: "1.22.1" });
    expect(await optionsOf("render --write --adopt")).toMatchObject({ write: true, adopt: true });
  });

  it("reads the options of diff", async () => {
    expect(await optionsOf("diff --from a --to b --json")).toMatchObject({ from: "a", to: "b", json: true });
    expect(await optionsOf("diff --against d")).toMatchObject({ against: "d" });
  });

  it("reads the options of explain", async () => {
    expect(await optionsOf("explain")).toMatchObject({ upstream: null, json: false, from: null, services: [], timeoutMs: 30_000 });
    expect(await optionsOf("explain api --from s.json --json")).toMatchObject({ upstream: "api", json: true, from: "s.json" });
  });

  it("reads the options of demo", async () => {
    expect(await optionsOf("demo --speed 0.5 --steps 1-4,7")).toMatchObject({ speed: 0.5, steps: "1-4,7", list: false });
    expect(await optionsOf("demo --fast --list")).toMatchObject({ speed: Number.POSITIVE_INFINITY, list: true });
  });

  it("reads the options of init", async () => {
    expect(await optionsOf("init")).toMatchObject({ out: null, timeoutMs: 5_000 });
    expect(await optionsOf("init --out u.yaml --timeout 2s")).toMatchObject({ out: "u.yaml", timeoutMs: 2_000 });
  });

  it("takes global options before and after the command", async () => {
    const expected = { config: "x.yaml", logLevel: "debug" };
    expect(await optionsOf("-c x.yaml --log-level debug run")).toMatchObject(expected);
    expect(await optionsOf("run --log-level debug --config x.yaml")).toMatchObject(expected);
  });

  it.each(SETTING_FLAGS.filter(({ setting, flag }) => setting !== null && flag !== "--token-file"))(
    "takes $flag and $variable for $setting, the flag first",
    async ({ flag, variable, setting }) => {
      const both = await optionsOf(`run ${flag} here`, { [variable]: "there" });
      expect(both.overrides.settings).toEqual([{ path: setting, value: "here", source: flag }]);
      const alone = await optionsOf("run", { [variable]: "there" });
      expect(alone.overrides.settings).toEqual([{ path: setting, value: "there", source: variable }]);
      expect((await optionsOf("run", { [variable]: "" })).overrides.settings).toEqual([]);
    },
  );

  it("takes variables for the options that have no place in the file", async () => {
    const env = { UPSTREAMD_CONFIG: "e.yaml", UPSTREAMD_LOG_LEVEL: "warn", UPSTREAMD_LOG_FORMAT: "json", UPSTREAMD_TOKEN_FILE: "t" };
    const options = await optionsOf("run", env);
    expect(options).toMatchObject({ config: "e.yaml", logLevel: "warn", logFormat: "json" });
    expect(options.overrides.tokenFile).toEqual({ path: "t", source: "UPSTREAMD_TOKEN_FILE" });
    expect((await optionsOf("run --token-file -", env)).overrides.tokenFile).toEqual({ path: "-", source: "--token-file" });
  });

  it("has no flag for the token itself", () => {
    const program = programOf(ioOf());
    const options = [...program.options, ...program.commands.flatMap((command) => command.options)];
    expect(options.map(({ long }) => long).filter((long) => long?.includes("token"))).toEqual(["--token-file"]);
  });

  it("colours a terminal that can, and not against NO_COLOR or --no-color", async () => {
    const colorOf = async (line: string, env: Record<string, string>) => {
      const colors: boolean[] = [];
      const action: Action<CommandOptions> = async ({ color }) => {
        colors.push(color);
        return 0;
      };
      await main(line.split(" "), ioOf({ env, isTTY: true }), action);
      return colors;
    };
    expect(await colorOf("run", {})).toEqual([true]);
    expect(await colorOf("run", { TERM: "xterm" })).toEqual([true]);
    expect(await colorOf("run", { TERM: "dumb" })).toEqual([false]);
    expect(await colorOf("run", { NO_COLOR: "1" })).toEqual([false]);
    expect(await colorOf("run --no-color", {})).toEqual([false]);
    expect((await optionsOf("run")).color).toBe(false);
  });
});
