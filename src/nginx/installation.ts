import { accessSync, constants, readFileSync, readlinkSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { NginxSettings } from "../model/configuration.ts";
import { type NginxArguments, parseArguments } from "./arguments.ts";
import type { Build } from "./build.ts";
import { childEnvironment } from "./child-environment.ts";
import { readConfiguration } from "./configuration-file.ts";
import { followLinks, type IncludeTree, outermostDirectives } from "./include-tree.ts";
import { listMasters, type Master, readMaster } from "./masters.ts";

/** Which Nginx is meant: its binary, its files, and how it has to be called. */
export interface Installation {
  /** null: none was found. */
  readonly binary: string | null;
  readonly build: Build | null;
  /** To be given to each run that tests; `config` is always given. */
  readonly arguments: NginxArguments;
  readonly config: string;
  readonly prefix: string;
  readonly pidFile: string;
  /** The files that its master writes errors to. */
  readonly errorLogs: readonly string[];
}

/** Where Nginx is when it is not on the PATH, which for a daemon is short. */
const FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin"];
const DEFAULTS = { prefix: "/usr/local/nginx", config: "conf/nginx.conf", pidFile: "logs/nginx.pid", errorLog: "logs/error.log" };
const NO_ARGUMENTS: NginxArguments = { config: null, prefix: null, globals: null, errorLog: null };

/** Finds out which Nginx is meant: by the settings, else by the one that runs, else by how its binary was built. */
export function createIdentify(
  settings: NginxSettings,
  buildOf: (binary: string) => Promise<Build | null>,
  tree: IncludeTree,
): () => Promise<Installation> {
  return async () => {
    const onDisk = settings.binary ?? findBinary();
    const buildOnDisk = onDisk === null ? null : await buildOf(onDisk);
    const master = runningMaster(settings, buildOnDisk);
    const binary = settings.binary ?? (master === null ? null : binaryOf(master)) ?? onDisk;
    const build = binary === null || binary === onDisk ? buildOnDisk : await buildOf(binary);
    return describe(settings, { binary, build, master }, tree);
  };
}

/** The configuration that a master, or an Nginx started with these arguments, reads. */
export function configOf({ config, prefix }: NginxArguments, build: Build | null): string {
  return resolve(prefix ?? build?.prefix ?? DEFAULTS.prefix, config ?? build?.config ?? DEFAULTS.config);
}

export function isSameFile(a: string, b: string): boolean {
  return a === b || followLinks(a) === followLinks(b);
}

export function readPidFile(path: string): number | null {
  try {
    const number = Number(readFileSync(path, "latin1").trim());
    return Number.isInteger(number) && number > 0 ? number : null;
  } catch {
    return null;
  }
}

/** The master that the settings mean; where they say nothing, the one with the default configuration, or the only one. */
function runningMaster(settings: NginxSettings, build: Build | null): Master | null {
  const asked = askedConfig(settings);
  const number = settings.pidFile === null ? null : readPidFile(settings.pidFile);
  const named = number === null ? null : readMaster(number);
  if (named !== null) return named;
  const masters = listMasters().filter(({ foreign }) => !foreign);
  const wanted = asked === null ? configOf(NO_ARGUMENTS, build) : resolve(settings.prefix ?? build?.prefix ?? "/", asked);
  const matching = masters.filter((master) => isSameFile(configOf(master.arguments, build), wanted));
  if (matching.length > 0 || asked !== null || settings.pidFile !== null) return matching[0] ?? null;
  return masters.length === 1 ? (masters[0] ?? null) : null;
}

function askedConfig(settings: NginxSettings): string | null {
  return settings.config ?? (settings.args === null ? null : parseArguments(settings.args).config);
}

function describe(
  settings: NginxSettings,
  found: { binary: string | null; build: Build | null; master: Master | null },
  tree: IncludeTree,
): Installation {
  const { binary, build, master } = found;
  const given = settings.args === null ? (master?.arguments ?? NO_ARGUMENTS) : parseArguments(settings.args);
  const prefix = settings.prefix ?? given.prefix;
  const config = configOf({ ...given, prefix, config: settings.config ?? given.config }, build);
  const base = prefix ?? build?.prefix ?? DEFAULTS.prefix;
  const directives = [...globalDirectives(given.globals), ...outermostDirectives(config, tree)];
  const pidFile = settings.pidFile ?? directives.find(({ name }) => name === "pid")?.arguments[0] ?? build?.pidFile ?? DEFAULTS.pidFile;
  const logs = directives.flatMap(({ name, arguments: [target] }) => (name === "error_log" && target !== undefined ? [target] : []));
  return {
    binary,
    build,
    arguments: { ...given, prefix, config },
    config,
    prefix: base,
    pidFile: resolve(base, pidFile),
    errorLogs: logFiles(logs.length > 0 ? logs : [given.errorLog ?? build?.errorLog ?? DEFAULTS.errorLog], base),
  };
}

function globalDirectives(globals: string | null): readonly { readonly name: string; readonly arguments: readonly string[] }[] {
  const parsed = readConfiguration(globals ?? "");
  return "because" in parsed ? [] : parsed.outermost;
}

/** Only files can be read back: not `stderr`, `syslog:...` or `memory:...`. */
function logFiles(targets: readonly string[], base: string): string[] {
  return targets.filter((target) => target !== "stderr" && !/^(syslog|memory):/.test(target)).map((target) => resolve(base, target));
}

function findBinary(): string | null {
  const folders = [...(childEnvironment()["PATH"] ?? "").split(delimiter), ...FOLDERS].filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "nginx")).find(isExecutable) ?? null;
}

/** The binary that a master was started from, as it is on disk now: after an upgrade of the package it is the new one. */
function binaryOf({ pid }: Master): string | null {
  try {
    const path = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
    return isExecutable(path) ? path : null;
  } catch {
    return null;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
