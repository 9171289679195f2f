import { resolve } from "node:path";
import type { Overrides } from "../../config/overrides.ts";
import { named } from "../../config/visible.ts";
import { serviceNames } from "../../consul/service-names.ts";
import { METHODS } from "../../model/capabilities/methods.ts";
import { has, NEWEST_KNOWN } from "../../model/capabilities/since.ts";
import type { Configuration } from "../../model/configuration.ts";
import type { Protocol } from "../../model/settings.ts";
import { definedUpstreams } from "../../model/surroundings/defined-upstreams.ts";
import type { Surroundings } from "../../model/surroundings/surroundings.ts";
import { readSurroundings } from "../../nginx/read-surroundings.ts";
import { type Survey, surveyNginx } from "../../nginx/survey.ts";
import { systemClock } from "../../support/clock.ts";
import type { Io } from "../io.ts";
import type { InitOptions } from "../options.ts";
import { schemaFor } from "../schema-file.ts";
import { chooseEntries } from "./choose-entries.ts";
import { chooseOutput } from "./choose-output.ts";
import type { Found, Output } from "./found.ts";

/** Looks at this machine's Nginx and at Consul for a configuration that will stand at `path`. `asked` is what flags and variables say. */
export async function lookAround(asked: Configuration, { overrides, timeoutMs }: InitOptions, path: string, io: Io): Promise<Found> {
  const [survey, services] = await Promise.all([surveyNginx(asked.nginx, systemClock), serviceNames(asked.consul, timeoutMs)]);
  const around = surroundingsOf(survey);
  const names = "because" in services ? [] : services;
  const http = outputOf("http", asked, around, survey, null);
  const outputs = { http, stream: outputOf("stream", asked, around, survey, http.path) };
  const { address, datacenter, namespace, partition, token } = asked.consul;
  const tokenFile = tokenFileOf(overrides, io);
  return {
    schema: schemaFor(path),
    consul: {
      address,
      datacenter,
      namespace,
      partition,
      tokenFile,
      remarks: [...remarksOnServices(address, services), ...(token !== null && tokenFile === null ? [TOKEN] : [])],
    },
    nginx: nginxPart(survey, asked, around),
    outputs,
    stateDir: overrides.settings.some((override) => override.path === "state_dir") ? asked.stateDir : null,
    methods: methodsOf(survey),
    ...chooseEntries(names, definedUpstreams(around, new Set(Object.values(outputs).map((output) => output.path)))),
  };
}

/** The file that the token was read from; null where it came by another way, or there is none. */
function tokenFileOf({ tokenFile }: Overrides, { env, cwd }: Io): string | null {
  const path = tokenFile?.path ?? env["CONSUL_HTTP_TOKEN_FILE"] ?? "";
  return path === "" || path === "-" ? null : resolve(cwd(), path);
}

const TOKEN = "The ACL token is in no file: give it to each command again, or keep it in a file and name that as consul.token_file.";

function surroundingsOf({
  installation: {
    config,
    arguments: { globals },
  },
  tree,
}: Survey): Surroundings {
  return readSurroundings({ config, globals, edits: new Map(), tree });
}

function outputOf(
  protocol: Protocol,
  { settings }: Configuration,
  around: Surroundings,
  { tree, installation }: Survey,
  taken: string | null,
): Output {
  const asked = settings.outputs[protocol];
  if (asked !== null) return { path: asked, because: "This is where it was asked for.", add: null };
  if (installation.build === null && !tree.exists(around.config)) return USUAL[protocol];
  return chooseOutput(protocol, around, tree, taken);
}

const USUAL: Readonly<Record<Protocol, Output>> = {
  http: { path: "/etc/nginx/conf.d/upstreamd.conf", because: "Usually Nginx includes this folder inside http { }.", add: null },
  stream: {
    path: "/etc/nginx/stream.d/upstreamd.conf",
    because: "Nginx has to include it at the outermost level:",
    add: "stream { include /etc/nginx/stream.d/*.conf; }",
  },
};

function nginxPart({ installation, now, tree }: Survey, asked: Configuration, { gaps }: Surroundings): Found["nginx"] {
  const { binary, config, build, arguments: given } = installation;
  const isThere = tree.exists(config);
  return {
    version: now.versionFrom === "newest" ? null : now.version,
    binary: build === null ? asked.nginx.binary : binary,
    config: isThere ? config : asked.nginx.config,
    prefix: given.prefix,
    pidFile: asked.nginx.pidFile,
    remark:
      build === null ? "No nginx was found on this machine: name its binary and its configuration." : remarkOnConfig(isThere, config, gaps),
  };
}

function remarkOnConfig(isThere: boolean, config: string, gaps: Surroundings["gaps"]): string | null {
  if (!isThere) return `Nginx's configuration is not at ${named(config)}: say where it is.`;
  const [gap] = gaps;
  return gap === undefined ? null : `Not all of Nginx's configuration could be read: ${named(gap.file)}: ${gap.because}.`;
}

function remarksOnServices(address: string, services: Awaited<ReturnType<typeof serviceNames>>): readonly string[] {
  if ("because" in services) return [`Consul at ${named(address)} did not say which services it has: ${services.because}.`];
  return services.length > 0 ? [] : [`Consul at ${named(address)} shows no services: perhaps it wants a token that may read them.`];
}

function methodsOf({ now }: Survey): readonly string[] {
  const version = now.versionFrom === "newest" ? NEWEST_KNOWN : now.version;
  return Object.keys(METHODS).filter((name) => has(METHODS[name]?.since ?? {}, "http", version));
}
