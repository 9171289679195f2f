import { homedir } from "node:os";
import type { Environment } from "../config/environment.ts";
import { type ConfigurationSource, configurationForServices, loadConfiguration, stateDirWritten } from "../config/load.ts";
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

/**
 * The state folder of the daemon that a command speaks to: where nobody wrote a file, flags and defaults say it. A file that is no good
 * any more is no reason not to ask the daemon, which is running on what it was before.
 */
export async function stateDirOf(options: CommandOptions, io: Io): Promise<string> {
  const source = await sourceOf(options, io);
  const configuration = await loadConfiguration(source).catch(async (error: unknown) => {
    if (!(error instanceof UpstreamdError)) throw error;
    if (error.code === "CONFIG_MISSING" && options.config === null) return configurationForServices([], source);
    if (error.code !== "CONFIG_INVALID") throw error;
    io.stderr.write(`the configuration cannot be used as it is now; upstreamd check says why\n`);
    return { stateDir: await stateDirWritten(source) };
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
