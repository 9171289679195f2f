import { join } from "node:path";
import type { NginxSettings } from "../../src/model/configuration.ts";
import type { Placing } from "../../src/model/files.ts";
import type { Host } from "../../src/model/host.ts";
import { planFiles } from "../../src/model/plan.ts";
import { createHost } from "../../src/nginx/host.ts";
import { systemClock } from "../../src/support/clock.ts";
import { SILENT } from "../../src/support/log.ts";
import { type NginxOptions, type NginxServer, startNginx } from "../support/nginx-server.ts";
import { tempFolder } from "../support/tmp.ts";

/** How an Nginx is found and told where the operator says nothing. */
export const NGINX_SETTINGS: NginxSettings = {
  binary: null,
  config: null,
  prefix: null,
  args: null,
  pidFile: null,
  reload: "signal",
  verify: "workers",
  timeoutMs: 10_000,
  processLimit: 900,
  version: null,
};

export interface Site {
  readonly nginx: NginxServer;
  readonly host: Host;
  readonly destination: string;
  readonly stateDir: string;
  /** What was logged as a warning. */
  readonly warnings: unknown[];
}

export interface SiteOptions extends NginxOptions {
  readonly settings?: Partial<NginxSettings>;
  /** Below the prefix. */
  readonly destinations?: readonly string[];
  /** Below the prefix. */
  readonly streamOutput?: string;
}

/** A real Nginx and a host that is to manage `conf.d/upstreamd.conf` of it. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const nginx = await startNginx(options);
  return { nginx, ...hostFor(nginx, options) };
}

/** Another host for the same Nginx, as another process of ours would make it. */
export function hostFor(
  nginx: NginxServer,
  { settings = {}, destinations = ["conf.d/upstreamd.conf"], streamOutput }: Partial<SiteOptions>,
): Omit<Site, "nginx"> {
  const paths = destinations.map((path) => join(nginx.prefix, path));
  const stateDir = tempFolder("state");
  const warnings: unknown[] = [];
  const log = { ...SILENT, warn: (_message: string, fields: unknown) => void warnings.push(fields) };
  const called = { binary: nginx.binary, config: nginx.config, args: nginx.args, ...settings };
  const host = createHost({
    settings: { ...NGINX_SETTINGS, ...called },
    destinations: paths,
    streamOutput: streamOutput === undefined ? null : join(nginx.prefix, streamOutput),
    stateDir,
    clock: systemClock,
    log,
  });
  return { host, destination: paths[0] ?? "", stateDir, warnings };
}

/** Stages and places `text` (null: nothing) at `path`, as an apply does after its test. */
export async function placeText(host: Host, path: string, text: string | null): Promise<readonly Placing[]> {
  const { files } = planFiles(new Map(text === null ? [] : [[path, text]]), await host.read([path]));
  await host.stage(files);
  return host.place(files);
}

/** An upstream that every version accepts. */
export function upstream(name: string, port = 8080): string {
  return `# Managed by upstreamd\nupstream ${name} {\n  server 127.0.0.1:${port};\n}\n`;
}
