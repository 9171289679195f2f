import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatSnapshot } from "../../src/consul/snapshot-file.ts";
import { aWatch, instanceNumber, snapshotOf } from "../builders.ts";
import { startChild } from "../support/child.ts";
import { type NginxOptions, type NginxServer, startNginx } from "../support/nginx-server.ts";
import { tempFolder } from "../support/tmp.ts";
import { BIN, type Result, upstreamd } from "../support/upstreamd.ts";

/** A finding, and what `check --json` says of the host, as far as tests look at it. */
export interface Checked extends Result {
  readonly findings: readonly { readonly severity: string; readonly code: string; readonly place: string; readonly message: string }[];
  readonly host: { readonly test: string; readonly test_because: string | null; readonly verification: string; readonly nginx: unknown };
  /** The codes of errors and warnings. */
  readonly codes: readonly string[];
}

export interface CheckStage {
  readonly nginx: NginxServer;
  readonly destination: string;
  readonly stateDir: string;
  /** `check --json --from SNAPSHOT`, where nothing else is asked for. */
  check(...args: readonly string[]): Promise<Checked>;
  /** The same without the rights that root has to everybody's files. */
  checkWithoutRights(): Promise<Checked>;
  run(...args: readonly string[]): Promise<Result>;
  /** Replaces the text in a file of Nginx. */
  edit(file: string, text: string, by: string): void;
}

export interface CheckOptions extends NginxOptions {
  /** Below `upstreams:`. */
  readonly upstreams?: string;
  /** Files beside the configuration, each a template that prints to `conf.d/NAME.conf`. */
  readonly templates?: Readonly<Record<string, string>>;
  /** Below `nginx:`, in the place of what finds the Nginx of the test. */
  readonly settings?: string;
}

/** An Nginx that is not started, a configuration with one upstream, and a snapshot in which it has two servers. */
export async function setUpCheck({ upstreams = "  api: {}", templates = {}, settings, ...options }: CheckOptions): Promise<CheckStage> {
  const nginx = await startNginx({ stopped: true, main: "worker_shutdown_timeout 1h;", ...options });
  const home = tempFolder("check");
  const [config, snapshot, stateDir] = [join(home, "upstreamd.yaml"), join(home, "snapshot.json"), join(home, "state")];
  const destination = join(nginx.httpFolder, "upstreamd.conf");
  const found = `  binary: ${nginx.binary}\n  config: ${nginx.config}\n  prefix: ${nginx.prefix}\n  args: ["-e", "${nginx.errorLog}"]`;
  writeFileSync(
    config,
    `nginx:\n${settings ?? found}\noutput:\n  http: ${destination}\n  stream: ${join(nginx.streamFolder, "upstreamd.conf")}\nstate_dir: ${stateDir}\nupstreams:\n${upstreams}\n${templatesText(templates, nginx.httpFolder)}`,
  );
  for (const [name, text] of Object.entries(templates)) writeFileSync(join(home, name), text);
  const services = snapshotOf({ api: [instanceNumber(1), instanceNumber(2)] });
  writeFileSync(snapshot, formatSnapshot(services, [aWatch("api")], "2026-01-01T00:00:00.000Z"));
  const run = (...args: readonly string[]) => upstreamd([...args, "-c", config]);
  return {
    nginx,
    destination,
    stateDir,
    check: async (...args) => parsed(await run("check", "--json", ...(args.includes("--timeout") ? [] : ["--from", snapshot]), ...args)),
    checkWithoutRights: async () => parsed(await withoutRights([BIN, "check", "--json", "--from", snapshot, "-c", config])),
    run,
    edit: (file, text, by) => {
      const before = nginx.read(file);
      if (!before.includes(text)) throw new Error(`${file} does not hold ${text}`);
      nginx.write(file, before.replace(text, by));
    },
  };
}

function templatesText(templates: Readonly<Record<string, string>>, folder: string): string {
  const lines = Object.keys(templates).map((name) => `  - { source: ${name}, destination: ${join(folder, `${name}.conf`)} }\n`);
  return lines.length === 0 ? "" : `templates:\n${lines.join("")}`;
}

function parsed(result: Result): Checked {
  const { findings, host } = JSON.parse(result.stdout) as Pick<Checked, "findings" | "host">;
  return { ...result, findings, host, codes: findings.filter(({ severity }) => severity !== "info").map(({ code }) => code) };
}

/** Who is not root has no such rights to lose. */
async function withoutRights(args: readonly string[]): Promise<Result> {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  if (setpriv === undefined) throw new Error("these tests need setpriv, of util-linux");
  const isRoot = process.geteuid?.() === 0;
  const [command, ...rest] = [...(isRoot ? [setpriv, "--bounding-set=-dac_override,-dac_read_search"] : []), process.execPath, ...args];
  const child = startChild(command ?? process.execPath, rest);
  return { ...(await child.exited), stdout: child.stdout(), stderr: child.stderr() };
}
