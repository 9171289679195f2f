import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the two configurations of the demo are about. */
export interface LayOut {
  readonly home: string;
  /** The binary. */
  readonly nginx: string;
  /** Where Nginx listens. */
  readonly port: number;
  /** Consul's address. */
  readonly consul: string;
}

/** Writes Nginx's configuration. It is the operator's: upstreamd writes `conf.d/upstreamd.conf` and no more. */
export function layOut(facts: LayOut): void {
  mkdirSync(join(facts.home, "conf.d"));
  writeFileSync(join(facts.home, "nginx.conf"), nginxText(facts));
}

/** Writes upstreamd's configuration, with these settings for the upstream `shop`. */
export function writeConfiguration(facts: LayOut, shop: string): void {
  writeFileSync(configurationIn(facts.home), upstreamdText(facts, shop));
}

export function configurationIn(home: string): string {
  return join(home, "upstreamd.yaml");
}

/** One worker, so that requests in a row are shared to the letter: each worker counts for itself. */
function nginxText({ home, port }: LayOut): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path "${join(home, kind)}";`);
  return `daemon off;
${process.getuid?.() === 0 ? "user root;\n" : ""}worker_processes 1;
pid "${home}/nginx.pid";
error_log "${home}/error.log" notice;
events {}
http {
  access_log off;
${temporary.join("\n")}
  include "${home}/conf.d/*.conf";
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://shop; }
  }
}
`;
}

/** A short wait, so that a frozen agent is noticed within seconds and not after a minute. */
function upstreamdText({ home, nginx, consul }: LayOut, shop: string): string {
  return `consul:
  address: ${consul}
  wait: 1s
nginx:
  binary: "${nginx}"
  config: "${home}/nginx.conf"
  prefix: "${home}"
  args: ["-e", "${home}/error.log"]
output:
  http: "${home}/conf.d/upstreamd.conf"
state_dir: "${home}/state"
apply:
  min_interval: 200ms
upstreams:
  shop: ${shop}
`;
}
