import { join } from "node:path";

export interface NginxLayout {
  readonly prefix: string;
  readonly config: string;
  readonly pidFile: string;
  readonly errorLog: string;
  /** `*.conf` in here is included in `http`. */
  readonly httpFolder: string;
  /** `*.conf` in here is included in `stream`. */
  readonly streamFolder: string;
}

/** Where everything of a test's Nginx lies: nothing outside `prefix` is touched. */
export function nginxLayout(prefix: string): NginxLayout {
  return {
    prefix,
    config: join(prefix, "nginx.conf"),
    pidFile: join(prefix, "nginx.pid"),
    errorLog: join(prefix, "error.log"),
    httpFolder: join(prefix, "conf.d"),
    streamFolder: join(prefix, "stream.d"),
  };
}

export interface NginxText {
  /** Text for the main level, for `http` and for `stream`, each after the includes. */
  readonly main?: string;
  readonly http?: string;
  readonly stream?: string;
  readonly workers?: number;
  /** Loaded where `stream` is a module. */
  readonly streamModule: string | null;
}

/** The main configuration, in the foreground so that the master is the test's own child. */
export function nginxConfig(layout: NginxLayout, { main = "", http = "", stream = "", workers = 2, streamModule }: NginxText): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${join(layout.prefix, kind)};`);
  return `${streamModule === null ? "" : `load_module ${streamModule};\n`}daemon off;
${process.getuid?.() === 0 ? "user root;\n" : ""}worker_processes ${workers};
pid ${layout.pidFile};
error_log ${layout.errorLog} notice;
${main}
events {
  worker_connections 512;
}
http {
  access_log off;
${temporary.join("\n")}
  include ${layout.httpFolder}/*.conf;
${http}
}
stream {
  include ${layout.streamFolder}/*.conf;
${stream}
}
`;
}

/** A server on `port` that hands every request to `upstream` (which has to exist). */
export function httpProxy(port: number, upstream: string): string {
  return `server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass http://${upstream};
    proxy_connect_timeout 2s;
  }
}
`;
}

/** The same for connections of TCP. */
export function streamProxy(port: number, upstream: string): string {
  return `server {
  listen 127.0.0.1:${port};
  proxy_pass ${upstream};
  proxy_connect_timeout 2s;
}
`;
}

/** An upstream block with these servers, for where nothing of ours has written one yet. */
export function upstreamBlock(name: string, servers: readonly { readonly address: string; readonly port: number }[]): string {
  const lines = servers.map(({ address, port }) => `  server ${address}:${port};`);
  return `upstream ${name} {\n${lines.join("\n")}\n}\n`;
}
