import { dirname, resolve } from "node:path";
import type { Configuration } from "../model/configuration.ts";
import { UpstreamdError } from "../support/errors.ts";
import { badName } from "./checks.ts";
import { configure } from "./configure.ts";
import type { ConfigurationDocument } from "./document.ts";
import type { Environment } from "./environment.ts";
import { configurationError } from "./errors.ts";
import type { Issue } from "./issue.ts";
import { type Override, type Overrides, withAbsolutePaths, withOverrides } from "./overrides.ts";
import { defaultStateDir } from "./state-dir.ts";
import { quoted } from "./visible.ts";

/** Where the configuration is looked for when nobody named it, in this order. */
const DEFAULT_FILES = ["./upstreamd.yaml", "/etc/upstreamd/upstreamd.yaml"] as const;

export interface ConfigurationSource {
  /** The file that was asked for; null: the first of the default ones that is there. */
  readonly path: string | null;
  readonly overrides: Overrides;
  readonly environment: Environment;
}

/** Reads and checks the configuration. Throws `CONFIG_MISSING` or `CONFIG_INVALID`, both exit 2. */
export async function loadConfiguration({ path, overrides, environment }: ConfigurationSource): Promise<Configuration> {
  const document = path === null ? await firstDocument(environment) : await namedDocument(path, environment);
  return configure(document, overrides, environment);
}

/**
 * The same for services that are named on the command line: each becomes an upstream of its own name, with what
 * `defaults` says. They replace the file's upstreams, and a file is only read when one was asked for.
 */
export async function configurationForServices(
  names: readonly string[],
  { path, overrides, environment }: ConfigurationSource,
): Promise<Configuration> {
  const document = path === null ? null : withoutMembers(await namedDocument(path, environment));
  const upstreams: Override = { path: "upstreams", value: Object.fromEntries(names.map((name) => [name, {}])), source: "--service" };
  const bad = names.flatMap((name) => badService(name) ?? []);
  if (bad.length > 0) throw configurationError(bad, null, [upstreams]);
  const configuration = await configure(document, { ...overrides, settings: [...overrides.settings, upstreams] }, environment);
  return { ...configuration, path: null };
}

/** A service may have a name that no upstream can have. */
function badService(name: string): Issue | null {
  const issue = badName(name);
  if (issue === null) return null;
  return { ...issue, text: `${issue.text} A file can give its upstream another name: { NAME: { service: ${quoted(name)} } }.` };
}

/** Only who has a file needs the parser of YAML. */
const readDocument = async (file: string, path: string) => (await import("./document.ts")).readDocument(file, path);

/** Where the state is kept by a configuration of which nothing else can be used; the default where not even that can be read. */
export async function stateDirWritten({ path, overrides, environment }: ConfigurationSource): Promise<string> {
  const { cwd } = environment;
  const reading = path === null ? firstDocument(environment) : namedDocument(path, environment);
  const document = await reading.catch(() => null);
  const own = document === null ? {} : withAbsolutePaths(document.value, dirname(resolve(cwd, document.file)));
  const value = withOverrides(own, overrides.settings, cwd) as { readonly state_dir?: unknown } | null;
  return typeof value?.state_dir === "string" ? value.state_dir : defaultStateDir(environment);
}

async function namedDocument(path: string, { cwd }: Environment): Promise<ConfigurationDocument> {
  const document = await readDocument(path, resolve(cwd, path));
  if (document !== null) return document;
  throw new UpstreamdError(
    "CONFIG_MISSING",
    `Cannot read the configuration ${path}: there is no such file.`,
    "Name one that is there with -c FILE.",
  );
}

async function firstDocument({ cwd }: Environment): Promise<ConfigurationDocument> {
  for (const path of DEFAULT_FILES) {
    const document = await readDocument(path, resolve(cwd, path));
    if (document !== null) return document;
  }
  const hint =
    "Write `upstreams: { api: {} }` to ./upstreamd.yaml to follow the Consul service api, name another file with -c FILE, " +
    "or try without a file: upstreamd render --service api";
  throw new UpstreamdError("CONFIG_MISSING", `Cannot find a configuration: neither ${DEFAULT_FILES.join(" nor ")} is there.`, hint);
}

function withoutMembers(document: ConfigurationDocument): ConfigurationDocument {
  if (typeof document.value !== "object" || document.value === null) return document;
  const { upstreams: _upstreams, discover: _discover, templates: _templates, ...value } = document.value as Record<string, unknown>;
  return { ...document, value };
}
