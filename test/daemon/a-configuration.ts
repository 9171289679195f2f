import type { Configuration, NginxSettings } from "../../src/model/configuration.ts";
import { settings } from "../builders.ts";
import { someSettings } from "../consul/examples.ts";

/** An Nginx of which nothing has to be found out but whether it runs: it does not. */
export function someNginx(change: Partial<NginxSettings> = {}): NginxSettings {
  return {
    binary: "/bin/true",
    config: "/nowhere/nginx.conf",
    prefix: "/nowhere",
    args: [],
    pidFile: "/nowhere/nginx.pid",
    reload: "signal",
    verify: "workers",
    timeoutMs: 10_000,
    processLimit: 900,
    version: "1.22.1",
    ...change,
  };
}

/** Upstream `api` with every default, and what a test is about changed. Nobody listens where Consul should. */
export function aConfiguration(change: Partial<Configuration> = {}): Configuration {
  return {
    path: null,
    consul: someSettings("http://127.0.0.1:9"),
    nginx: someNginx(),
    settings: settings(),
    stateDir: "/nowhere/state",
    admin: { listen: null },
    minIntervalMs: 1_000,
    ...change,
  };
}
