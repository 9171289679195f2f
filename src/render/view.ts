import { endpointText } from "../model/endpoint.ts";
import { printedDirectives } from "../model/grammar/check-generated.ts";
import { parametersOf } from "../model/grammar/server-line.ts";
import type { Protocol } from "../model/settings.ts";
import { printedServers, type Server, type ServerState, type Upstream } from "../model/upstream.ts";

/** A directive with its arguments as Nginx understands them; a hash key may hold variables, so print them with `quote`. */
export interface DirectiveView {
  readonly name: string;
  readonly arguments: readonly string[];
}

/** One `server` line, decided to the last parameter. Named as Nginx and the configuration file name things. */
export interface ServerView {
  /** A canonical address, without brackets. */
  readonly address: string;
  readonly port: number;
  /** Address and port as one word: `10.0.0.7:80`, `[::1]:80`. */
  readonly endpoint: string;
  readonly weight: number;
  readonly state: ServerState;
  readonly backup: boolean;
  /** null where it was not asked for, as in the next two. */
  readonly max_conns: number | null;
  readonly max_fails: number | null;
  /** Seconds. */
  readonly fail_timeout: number | null;
  /** What sticky sessions know it by; null without `sticky`. */
  readonly route: string | null;
  /** All of the above that is not Nginx's default, as words to print: `weight=5`, `backup`, `down`. */
  readonly parameters: readonly string[];
}

/** What a template sees of an upstream. */
export interface UpstreamView {
  readonly name: string;
  readonly protocol: Protocol;
  /** In the order to print them in: method, zone, keepalive, sticky. */
  readonly directives: readonly DirectiveView[];
  /** Never empty: an upstream that has none shows the server that refuses every request. */
  readonly servers: readonly ServerView[];
}

/** An upstream ready to print: every decision made, every value safe, every field there. */
export function toView(upstream: Upstream): UpstreamView {
  return {
    name: upstream.name,
    protocol: upstream.protocol,
    directives: printedDirectives(upstream).map(({ name, arguments: words }) => ({ name, arguments: [...words] })),
    servers: printedServers(upstream).map(toServerView),
  };
}

function toServerView(server: Server): ServerView {
  const { address, port } = server;
  return {
    address,
    port,
    endpoint: endpointText({ address, port }),
    weight: server.weight,
    state: server.state,
    backup: server.backup,
    max_conns: server.maxConns,
    max_fails: server.maxFails,
    fail_timeout: server.failTimeout,
    route: server.route,
    parameters: parametersOf(server),
  };
}
