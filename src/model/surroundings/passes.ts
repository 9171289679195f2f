import type { Protocol } from "../settings.ts";
import type { SitedDirective, Surroundings } from "./surroundings.ts";
import { walk } from "./walk.ts";

/** A directive that hands requests or connections on to a host, or to the upstream of that name. */
export interface Pass {
  readonly directive: SitedDirective;
  /** The blocks around it, from the outside. */
  readonly around: readonly SitedDirective[];
  readonly protocol: Protocol;
  readonly host: string;
  /** As it is written; null where it is not. */
  readonly port: string | null;
  /** Whether a variable stands behind the host: then Nginx looks for the upstream at each request, and not when it reads the file. */
  readonly isLate: boolean;
}

const PASSING = new Set(["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass"]);

/** Everything that passes to a host whose name is written out: not to a socket, not to what a variable says. */
export function passesOf({ directives }: Surroundings): readonly Pass[] {
  return [...walk(directives)].flatMap(({ directive, around }) => {
    const target = PASSING.has(directive.name) ? targetOf(directive.arguments[0] ?? "") : null;
    const protocol = around[0]?.name === "stream" ? "stream" : "http";
    return target === null ? [] : [{ directive, around, protocol, ...target }];
  });
}

/** Host and port, as Nginx takes an address apart: behind the scheme, to the first `/` or `?`, or a variable that begins with one. */
function targetOf(text: string): Pick<Pass, "host" | "port" | "isLate"> | null {
  const [authority = ""] = text.replace(/^[a-z]+:\/\//i, "").split(/[/?]|\$(?:request_)?uri\b/);
  const parts = /^(?<host>\[[^\]]*\]|[^:[\]]+)(?::(?<port>.*))?$/.exec(authority)?.groups;
  const host = parts?.["host"];
  if (host === undefined || authority.includes("$") || host.toLowerCase() === "unix") return null;
  return { host, port: parts?.["port"] ?? null, isLate: text.includes("$") };
}
