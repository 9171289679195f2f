import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fetchStatus } from "../../src/admin/client.ts";
import { type DaemonOptions, runDaemon } from "../../src/daemon/daemon.ts";
import type { Configuration } from "../../src/model/configuration.ts";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { openStore, socketIn } from "../../src/state/store.ts";
import { systemClock } from "../../src/support/clock.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { SILENT } from "../../src/support/log.ts";
import { aMemory, instanceNumber, remembered, settings, upstreamSettings } from "../builders.ts";
import { listeningLog } from "../state/a-store.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";
import { aConfiguration } from "./a-configuration.ts";
import { TEMPLATES } from "./a-daemon.ts";

/** A state folder in which an earlier daemon left `api-9` as the last good server, and a folder for destinations. */
async function places(memory = aMemory({ upstreams: [remembered([instanceNumber(9)])] })) {
  const folder = tempFolder("daemon");
  const [stateDir, conf] = [join(folder, "state"), join(folder, "conf.d")];
  mkdirSync(conf);
  const store = await openStore(stateDir, systemClock, SILENT);
  await store.journal.commit(memory);
  await store.release();
  const configured = (name: string, change: Partial<Configuration> = {}) =>
    aConfiguration({ stateDir, settings: settings({ outputs: { http: join(conf, name), stream: null } }), ...change });
  return { stateDir, conf, configured };
}

/** Runs a daemon without Consul and without Nginx until the end of the test. */
function start(configuration: Configuration, change: Partial<DaemonOptions> = {}) {
  const stopping = new AbortController();
  const { log, heard } = listeningLog();
  let hangUp = () => undefined as void;
  const running = runDaemon({
    configuration,
    reload: async () => configuration,
    loadTemplates: () => TEMPLATES,
    adopt: false,
    clock: systemClock,
    log,
    stop: stopping.signal,
    onReload: (callback) => {
      hangUp = callback;
    },
    ...change,
  });
  running.catch(() => undefined);
  const stop = atEnd(async () => {
    stopping.abort();
    await running.catch(() => undefined);
  });
  return { running, heard, stop, hangUp: () => hangUp(), status: () => fetchStatus(socketIn(configuration.stateDir), 2_000) };
}

const locksIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith("-lock"));
const bad = async (): Promise<never> => {
  throw new UpstreamdError("CONFIG_INVALID", "the file makes no sense", "Mend it.");
};

describe("runDaemon", () => {
  test("places what is remembered while there is neither Consul nor Nginx, and gives everything back at the end", async () => {
    const { conf, stateDir, configured } = await places();
    const daemon = start(configured("up.conf"));
    await until("the file", () => readdirSync(conf).includes("up.conf"));
    expect(readFileSync(join(conf, "up.conf"), "utf8")).toContain("server 10.0.0.9:8080");
    await until("its end of the apply", async () => (await daemon.status()).outcomes.some(({ outcome }) => outcome === "placed"));
    expect(await daemon.status()).toMatchObject({ state: "pending", nginx: { state: "stopped" }, consul: { state: "unreachable" } });
    await daemon.stop();
    await daemon.running;
    expect(readdirSync(conf)).toEqual(["up.conf"]);
    for (const name of ["lock", "journal.json", "upstreamd.sock"]) expect(readdirSync(stateDir)).not.toContain(name);
  });

  test.each<[string, (folder: string) => Partial<DaemonOptions>]>([
    [
      "the templates cannot be loaded",
      () => ({
        loadTemplates: () => {
          throw new Error("no such template");
        },
      }),
    ],
    [
      "the status cannot be served",
      (conf) => ({
        onReload: () => {
          mkdirSync(join(conf, "../state/upstreamd.sock"));
        },
      }),
    ],
  ])("gives everything back and says why when it cannot start: %s", async (_name, change) => {
    const { conf, stateDir, configured } = await places(EMPTY_MEMORY);
    await expect(start(configured("up.conf"), change(conf)).running).rejects.toThrow();
    expect(readdirSync(conf)).toEqual([]);
    expect(readdirSync(stateDir)).not.toContain("lock");
  });

  test("removes at the start what a killed one left beside a destination", async () => {
    const { conf, configured } = await places(EMPTY_MEMORY);
    writeFileSync(join(conf, ".up.conf.upstreamd-new"), "half");
    start(configured("up.conf"));
    await until("the removal", () => !readdirSync(conf).includes(".up.conf.upstreamd-new"));
  });
});

describe("runDaemon: a configuration that is to be read again", () => {
  test("is taken: the old destination is given up for the new one, and what is known goes on", async () => {
    const { conf, configured } = await places();
    const daemon = start(configured("old.conf"), { reload: async () => configured("new.conf") });
    await until("the old file", async () => (await daemon.status()).outcomes.length === 1);
    daemon.hangUp();
    await until("the new file", () => readdirSync(conf).includes("new.conf"));
    await until("the end of the old one", () => !readdirSync(conf).includes("old.conf"));
    expect(readFileSync(join(conf, "new.conf"), "utf8")).toContain("server 10.0.0.9:8080");
    expect((await daemon.status()).state).toBe("pending");
  });

  test.each<[string, string, (folder: string) => Partial<DaemonOptions>]>([
    ["it is invalid", "the file makes no sense", () => ({ reload: bad })],
    ["it has another state folder", "Cannot change state_dir", () => ({ reload: async () => aConfiguration({ stateDir: "/other" }) })],
    [
      "its destination cannot be used",
      "Cannot use the destination",
      (conf) => ({
        reload: async () => aConfiguration({ stateDir: join(conf, "../state"), settings: outputTo(join(conf, "none/x.conf")) }),
      }),
    ],
    [
      "this Nginx does not have what it asks for",
      "least_time",
      (conf) => ({
        reload: async () => {
          const upstreams = [upstreamSettings({ algorithm: { method: "least_time", arguments: ["header"] } })];
          return aConfiguration({ stateDir: join(conf, "../state"), settings: { ...outputTo(join(conf, "new.conf")), upstreams } });
        },
      }),
    ],
  ])("is refused, said, and the old one goes on: %s", async (_name, said, change) => {
    const { conf, configured } = await places();
    const daemon = start(configured("up.conf"), change(conf));
    await until("the file", async () => (await daemon.status()).outcomes.length === 1);
    daemon.hangUp();
    await until("the refusal", () => daemon.heard.some(({ fields }) => String(fields["reason"]).includes(said)));
    writeFileSync(join(conf, "up.conf"), "# by hand\n");
    await until("the file as before", () => readFileSync(join(conf, "up.conf"), "utf8").includes("10.0.0.9"));
    expect(locksIn(conf)).toEqual([".up.conf.upstreamd-lock"]);
  });

  test("is refused with its templates, holds no lock then, and is taken once they are mended", async () => {
    const { conf, configured } = await places();
    let broken = false;
    const daemon = start(configured("old.conf"), {
      reload: async () => configured("new.conf"),
      loadTemplates: () => {
        if (broken) throw new UpstreamdError("TEMPLATE", "the template is broken", "Mend it.");
        return TEMPLATES;
      },
    });
    await until("the old file", async () => (await daemon.status()).outcomes.length === 1);
    broken = true;
    daemon.hangUp();
    await until("the refusal", () => daemon.heard.some(({ fields }) => String(fields["reason"]).includes("the template is broken")));
    expect(locksIn(conf)).toEqual([".old.conf.upstreamd-lock"]);
    broken = false;
    daemon.hangUp();
    await until("the new file", () => readdirSync(conf).includes("new.conf"));
  });
});

function outputTo(path: string) {
  return settings({ outputs: { http: path, stream: null } });
}
