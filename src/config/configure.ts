import { dirname, resolve } from "node:path";
import type { Configuration, ReloadWay } from "../model/configuration.ts";
import type { Settings } from "../model/settings.ts";
import { algorithmFromText, slipsOf } from "./algorithm-text.ts";
import { crossChecks } from "./checks.ts";
import { consulToken } from "./consul-token.ts";
import { consulOverrides, consulVariableIssues } from "./consul-variables.ts";
import { destinationIssues } from "./destinations.ts";
import type { ConfigurationDocument } from "./document.ts";
import type { Environment } from "./environment.ts";
import { configurationError } from "./errors.ts";
import { issuesOf } from "./issue.ts";
import { type Override, type Overrides, overrideAt, withAbsolutePaths, withOverrides } from "./overrides.ts";
import { DEFAULT_HTTP_OUTPUT, type FileSettings, fileSchema } from "./schema.ts";
import { defaultStateDir } from "./state-dir.ts";
import { upstreamsOf } from "./upstreams.ts";

/**
 * Makes a complete configuration of a file (or of none), the environment and the flags: merges, checks all of it, and
 * reads the token. Throws one `CONFIG_INVALID` that lists everything that is wrong.
 */
export async function configure(
  document: ConfigurationDocument | null,
  overrides: Overrides,
  environment: Environment,
): Promise<Configuration> {
  const all = allOverrides(overrides, environment);
  const value = mergedValue(document, all, environment);
  const parsed = fileSchema.safeParse(value);
  const outside = [...consulVariableIssues(environment, all), ...slipsOf(overrides.algorithm ?? "")];
  if (!parsed.success) throw configurationError([...issuesOf(parsed.error, value), ...outside], document, all);
  const { settings, issues } = settingsOf(parsed.data, (name) => placeOf(name, document, all));
  const onDisk = await destinationIssues(settings, parsed.data.nginx.config ?? null);
  const wrong = [...issues, ...crossChecks(parsed.data, settings), ...onDisk, ...outside];
  if (wrong.length > 0) throw configurationError(wrong, document, all);
  return {
    path: document === null ? null : resolve(environment.cwd, document.file),
    consul: { ...consulPart(parsed.data), token: await consulToken(parsed.data.consul, overrides, environment) },
    nginx: { ...nginxPart(parsed.data), version: overrides.nginxVersion },
    settings,
    stateDir: parsed.data.state_dir ?? defaultStateDir(environment),
    admin: { listen: parsed.data.admin.listen ?? null },
    minIntervalMs: parsed.data.apply.min_interval,
  };
}

/** In rising order: Consul's own variables, then ours and our flags. */
function allOverrides(overrides: Overrides, environment: Environment): readonly Override[] {
  const { algorithm, settings } = overrides;
  const chosen =
    algorithm === null || slipsOf(algorithm).length > 0
      ? []
      : [{ path: "defaults.algorithm", value: algorithmFromText(algorithm), source: "--algorithm" }];
  return [...consulOverrides(environment), ...settings, ...chosen];
}

function mergedValue(document: ConfigurationDocument | null, overrides: readonly Override[], { cwd }: Environment): unknown {
  const own = document === null ? {} : withAbsolutePaths(document.value, dirname(resolve(cwd, document.file)));
  return withOverrides(own, overrides, cwd);
}

/** Where an upstream's name is written; null where that is in no file. */
function placeOf(name: string, document: ConfigurationDocument | null, overrides: readonly Override[]): string | null {
  const path = ["upstreams", name];
  return document === null || overrideAt(path, overrides) !== undefined ? null : document.position(document.offset(path, "key"));
}

function settingsOf(
  file: FileSettings,
  place: (name: string) => string | null,
): { settings: Settings; issues: ReturnType<typeof upstreamsOf>["issues"] } {
  const { upstreams, issues } = upstreamsOf(file, place);
  const hasHttp = upstreams.some(({ protocol }) => protocol === "http");
  const outputs = { http: file.output.http ?? (hasHttp ? DEFAULT_HTTP_OUTPUT : null), stream: file.output.stream ?? null };
  const { max_drop, window, confirm, max_servers } = file.safety;
  return {
    settings: {
      upstreams,
      outputs,
      templates: file.templates,
      safety: { maxDrop: max_drop, windowMs: window, confirmMs: confirm, maxServers: max_servers },
    },
    issues,
  };
}

function consulPart({ consul, templates }: FileSettings) {
  return {
    address: consul.address,
    datacenter: consul.datacenter ?? null,
    namespace: consul.namespace ?? null,
    partition: consul.partition ?? null,
    staleMs: consul.stale,
    waitMs: consul.wait,
    connections: consul.connections,
    metadata: templates.length > 0 ? ("all" as const) : ("ours" as const),
  };
}

function nginxPart({ nginx }: FileSettings) {
  const reload: ReloadWay = typeof nginx.reload === "string" ? nginx.reload : { command: nginx.reload };
  return {
    binary: nginx.binary ?? null,
    config: nginx.config ?? null,
    prefix: nginx.prefix ?? null,
    args: nginx.args ?? null,
    pidFile: nginx.pid_file ?? null,
    reload,
    verify: nginx.verify,
    timeoutMs: nginx.timeout,
    processLimit: nginx.process_limit,
  };
}
