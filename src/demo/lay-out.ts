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

/** Writes both configurations; Nginx's is the operator's and never touched again: upstreamd writes `conf.d/upstreamd.conf` and no more. */
export function layOut(facts: LayOut): void {
  mkdirSync(join(facts.home, "conf.d"));
  writeFileSync(join(facts.home, "nginx.conf"), nginxText(facts));
  writeFileSync(join(facts.home, "upstreamd.yaml"), upstreamdText(facts));
}

/** One worker, so that twelve requests are shared to the letter: each worker counts for itself. */
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

function upstreamdText({ home, nginx, consul }: LayOut): string {
  return `consul:
  address: ${consul}
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
  shop: {}
`;
}
