import { homedir } from "node:os";
import type { Environment } from "../config/environment.ts";
import { type ConfigurationSource, configurationForServices, loadConfiguration } from "../config/load.ts";
import type { Overrides } from "../config/overrides.ts";
import type { Configuration } from "../model/configuration.ts";
import { UpstreamdError } from "../support/errors.ts";
import { type Io, readAll } from "./io.ts";
import type { CommandOptions } from "./options.ts";

/**
 * The configuration that a command line, its environment and the file make together; `services`, where there are any,
 * stand in for the file's upstreams. Throws `CONFIG_MISSING` or `CONFIG_INVALID`.
 */
export async function configurationOf(options: CommandOptions & { readonly services?: readonly string[] }, io: Io): Promise<Configuration> {
  const source = await sourceOf(options, io);
  const services = options.services ?? [];
  return services.length > 0 ? configurationForServices(services, source) : loadConfiguration(source);
}

/** The state folder of the daemon that a command speaks to: where nobody wrote a file, flags and defaults say it. */
export async function stateDirOf(options: CommandOptions, io: Io): Promise<string> {
  const source = await sourceOf(options, io);
  const configuration = await loadConfiguration(source).catch((error: unknown) => {
    if (options.config === null && error instanceof UpstreamdError && error.code === "CONFIG_MISSING")
      return configurationForServices([], source);
    throw error;
  });
  return configuration.stateDir;
}

/** What flags, variables and defaults say by themselves, whatever files there are. */
export async function configurationWithoutFile(options: CommandOptions, io: Io): Promise<Configuration> {
  return configurationForServices([], await sourceOf({ ...options, config: null }, io));
}

async function sourceOf(options: CommandOptions, io: Io): Promise<ConfigurationSource> {
  return { path: options.config, overrides: await withToken(options.overrides, io), environment: environmentOf(io) };
}

/** `--token-file -` reads the token from stdin, which can be done once; a daemon that reads its file again has it still. */
async function withToken(overrides: Overrides, io: Io): Promise<Overrides> {
  if (overrides.tokenFile?.path !== "-") return overrides;
  const token = TOKENS.get(io) ?? readAll(io.stdin);
  TOKENS.set(io, token);
  return { ...overrides, tokenText: await token };
}

const TOKENS = new WeakMap<Io, Promise<string>>();

function environmentOf(io: Io): Environment {
  return { variables: io.env, uid: io.getuid?.() ?? null, home: io.env["HOME"] ?? homedir(), cwd: io.cwd() };
}
