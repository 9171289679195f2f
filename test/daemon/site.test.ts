import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { openSite, type Site, type SiteParts } from "../../src/daemon/site.ts";
import type { Configuration, NginxSettings } from "../../src/model/configuration.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/model/memory.ts";
import type * as Proc from "../../src/nginx/proc.ts";
import { SILENT } from "../../src/support/log.ts";
import { aMemory, placedFile, settings, upstreamSettings } from "../builders.ts";
import { virtualClock } from "../consul/virtual-clock.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { aConfiguration, someNginx } from "./a-configuration.ts";
import { createMachine } from "./a-machine.ts";

/** Whether /proc hides the processes of others, as with `hidepid`. */
const proc = vi.hoisted(() => ({ hidden: false }));
vi.mock("../../src/nginx/proc.ts", async (original) => {
  const real = await original<typeof Proc>();
  return { ...real, isProcHidden: () => proc.hidden };
});

beforeEach(() => {
  proc.hidden = false;
});

const clock = virtualClock();
const PARTS: SiteParts = { journal: createMachine(clock).world.journal, clock, log: SILENT };

/** A configuration whose destinations are these names in the folder: the first for http, the second for stream. */
function configured(folder: string, [http, stream]: readonly string[], change: Partial<Configuration> = {}): Configuration {
  const pathOf = (name: string | undefined) => (name === undefined ? null : join(folder, name));
  return aConfiguration({ settings: settings({ outputs: { http: pathOf(http), stream: pathOf(stream) } }), ...change });
}

async function open(configuration: Configuration, memory: Memory = EMPTY_MEMORY, predecessor?: Site): Promise<Site> {
  const site = await openSite(configuration, memory, PARTS, predecessor);
  atEnd(() => site.close());
  return site;
}

const locksIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith("-lock"));

describe("openSite", () => {
  test("locks each destination beside it, in a dotfile that names us, and gives them back", async () => {
    const folder = tempFolder("site");
    const site = await open(configured(folder, ["http.conf", "stream.conf"]));
    expect(site.destinations).toEqual([join(folder, "http.conf"), join(folder, "stream.conf")]);
    expect(locksIn(folder)).toEqual([".http.conf.upstreamd-lock", ".stream.conf.upstreamd-lock"]);
    expect(readFileSync(join(folder, ".http.conf.upstreamd-lock"), "utf8")).toContain(`"pid":${process.pid}`);
    expect(await site.world.host.observe()).toMatchObject({ state: "stopped", version: "1.22.1" });
    await site.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("locks also what was placed under an earlier configuration, so that it can be taken away", async () => {
    const folder = tempFolder("site");
    const memory = aMemory({ placed: [placedFile(join(folder, "old.conf"), "a1", 1)] });
    const site = await open(configured(folder, ["http.conf"]), memory);
    expect(site.destinations).toEqual([join(folder, "http.conf"), join(folder, "old.conf")]);
    expect(locksIn(folder)).toHaveLength(2);
  });

  test("refuses a destination that another one holds, names it and the pid, and gives the others back", async () => {
    const folder = tempFolder("site");
    const first = await open(configured(folder, ["b.conf"]));
    await expect(open(configured(folder, ["a.conf", "b.conf"]))).rejects.toMatchObject({
      code: "LOCKED",
      exit: 2,
      message: expect.stringMatching(new RegExp(`the destination ${join(folder, "b.conf")}: the upstreamd with pid ${process.pid} `)),
    });
    expect(locksIn(folder)).toEqual([".b.conf.upstreamd-lock"]);
    await first.close();
    await open(configured(folder, ["a.conf", "b.conf"]));
  });

  test.each<[string, (folder: string) => void]>([
    ["is missing", (folder) => rmSync(folder, { recursive: true })],
    ["is a file", (folder) => void [rmSync(folder, { recursive: true }), writeFileSync(folder, "")]],
  ])("says so when the folder of a destination %s, makes none, and gives the others back", async (_name, spoil) => {
    const folder = tempFolder("site");
    const gone = join(folder, "gone");
    mkdirSync(gone);
    spoil(gone);
    await expect(open(configured(folder, ["a.conf", "gone/b.conf"]))).rejects.toMatchObject({
      code: "DESTINATION",
      exit: 2,
      message: expect.stringContaining(join(gone, "b.conf")),
      hint: expect.stringContaining("makes no folders"),
    });
    expect(locksIn(folder)).toEqual([]);
  });

  test("refuses what this Nginx does not have, and gives everything back", async () => {
    const folder = tempFolder("site");
    const wanted = configured(folder, ["http.conf"]);
    const api = upstreamSettings({ algorithm: { method: "least_time", arguments: ["header"] } });
    await expect(open({ ...wanted, settings: { ...wanted.settings, upstreams: [api] } })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      exit: 2,
      message: expect.stringContaining("least_time"),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("openSite where the processes of Nginx are hidden", () => {
  const hidden = (nginx: Partial<NginxSettings>, folder = tempFolder("site")) => {
    proc.hidden = true;
    return open(configured(folder, ["http.conf"], { nginx: someNginx(nginx) }));
  };

  test.each<[string, Partial<NginxSettings>]>([
    ["its workers are to be verified", {}],
    ["they are to be verified after a command", { reload: { command: ["/bin/true"] } }],
  ])("refuses, names the choices, and gives everything back: %s", async (_name, nginx) => {
    const folder = tempFolder("site");
    await expect(hidden(nginx, folder)).rejects.toMatchObject({
      code: "NGINX_INVISIBLE",
      exit: 2,
      message: expect.stringContaining("hidepid"),
      hint: expect.stringMatching(/as a user that sees .* nginx\.verify: none .* nginx\.reload: none/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each<[string, Partial<NginxSettings>]>([
    ["a command reloads it and nothing is verified", { reload: { command: ["/bin/true"] }, verify: "none" }],
    ["the operator reloads by himself", { reload: "none" }],
  ])("goes on where nothing has to be seen: %s", async (_name, nginx) => {
    expect((await hidden(nginx)).destinations).toHaveLength(1);
  });

  test("goes on where it is only unknown for now which process is ours", async () => {
    const folder = tempFolder("site");
    const pidFile = join(folder, "nginx.pid");
    writeFileSync(pidFile, "4194304");
    expect((await open(configured(folder, ["http.conf"], { nginx: someNginx({ pidFile }) }))).destinations).toHaveLength(1);
  });
});

describe("openSite after a predecessor", () => {
  test("goes on with its locks, and the predecessor gives back the others only", async () => {
    const folder = tempFolder("site");
    const first = await open(configured(folder, ["both.conf", "old.conf"]));
    const second = await open(configured(folder, ["both.conf", "new.conf"]), EMPTY_MEMORY, first);
    expect(locksIn(folder)).toHaveLength(3);
    await first.close(second);
    expect(locksIn(folder)).toEqual([".both.conf.upstreamd-lock", ".new.conf.upstreamd-lock"]);
    await second.close();
    expect(locksIn(folder)).toEqual([]);
  });

  test("that fails leaves the predecessor every lock that it had, and nothing else", async () => {
    const folder = tempFolder("site");
    const first = await open(configured(folder, ["a.conf", "z.conf"]));
    const before = readFileSync(join(folder, ".a.conf.upstreamd-lock"), "utf8");
    const other = tempFolder("site");
    await open(configured(other, ["held.conf"]));
    const wanted = configured(folder, ["a.conf"]);
    const outputs = { http: join(folder, "a.conf"), stream: join(other, "held.conf") };
    await expect(open({ ...wanted, settings: { ...wanted.settings, outputs } }, EMPTY_MEMORY, first)).rejects.toMatchObject({
      code: "LOCKED",
    });
    await expect(
      open(
        { ...configured(folder, ["a.conf", "m.conf"]), nginx: someNginx({ version: "0.1.0" }), settings: unsupported(folder) },
        EMPTY_MEMORY,
        first,
      ),
    ).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
    expect(locksIn(folder)).toEqual([".a.conf.upstreamd-lock", ".z.conf.upstreamd-lock"]);
    expect(readFileSync(join(folder, ".a.conf.upstreamd-lock"), "utf8")).toBe(before);
    await first.close();
    expect(locksIn(folder)).toEqual([]);
    expect(existsSync(join(other, ".held.conf.upstreamd-lock"))).toBe(true);
  });
});

function unsupported(folder: string) {
  const api = upstreamSettings({ algorithm: { method: "least_time", arguments: ["header"] } });
  return settings({ upstreams: [api], outputs: { http: join(folder, "a.conf"), stream: join(folder, "m.conf") } });
}
