import type { Since } from "./since.ts";

/**
 * What `nginx -t` accepts and what then means something else than it says. `upstreamd` refuses each: in the configuration where
 * it can be asked for there (`asked`, as the settings of an upstream), and in what templates print.
 */
export interface Trap {
  /** Where Nginx accepts it. */
  readonly since: Since;
  /** The version from which on it does mean what it says. */
  readonly until?: string;
  /** Inside `upstream`, as Nginx accepts it. */
  readonly block: string;
  /** null: no configuration can ask for it. */
  readonly asked: string | null;
  /** Why it is not what it seems, as the rest of a sentence. */
  readonly because: string;
}

const TWO = "server 127.0.0.1:9001; server 127.0.0.1:9002;";
const BOTH: Since = { http: "1.9.0", stream: "1.9.0" };
const STICKY: Since = { http: "1.29.6" };

export const TRAPS = {
  constant_key: {
    since: BOTH,
    block: `hash abc; ${TWO}`,
    asked: "algorithm: { hash: abc }",
    because: "a key without a variable sends every request to one server",
  },
  capture_key: {
    since: BOTH,
    block: `hash "$1"; ${TWO}`,
    asked: "algorithm: { hash: $1 }",
    because: "a key of captures such as $1 is nearly always empty",
  },
  several_methods: {
    since: BOTH,
    block: `least_conn; hash $remote_addr; ${TWO}`,
    asked: "algorithm: { least_conn: true, hash: $remote_addr }",
    because: "of several methods Nginx takes the last one",
  },
  backup_before_method: {
    since: BOTH,
    block: "server 127.0.0.1:9001; server 127.0.0.1:9002 backup; hash $remote_addr;",
    asked: "backup: spare\nalgorithm: { hash: $remote_addr }",
    because: "this method has no backup servers",
  },
  huge_keepalive: {
    since: { http: "1.1.4" },
    block: `keepalive 65536; ${TWO}`,
    asked: "keepalive: 65536",
    because: "Nginx sets aside memory for all of them at once, in every worker",
  },
  keepalive_relative_alone: {
    since: { http: "1.15.3" },
    until: "1.29.7",
    block: `keepalive_timeout 5s; ${TWO}`,
    asked: "keepalive_timeout: 5s",
    because: "it means nothing without keepalive",
  },
  no_requests: {
    since: { http: "1.15.3" },
    block: `keepalive 8; keepalive_requests 0; ${TWO}`,
    asked: "keepalive: 8\nkeepalive_requests: 0",
    because: "no connection is kept at all, where 0 elsewhere means without a limit",
  },
  keepalive_of_none: {
    since: { http: "1.29.7" },
    block: `keepalive 0; keepalive_timeout 5s; ${TWO}`,
    asked: "keepalive: 0\nkeepalive_timeout: 5s",
    because: "it means nothing with keepalive 0",
  },
  huge_weight: {
    since: BOTH,
    block: "server 127.0.0.1:9001 weight=65536; server 127.0.0.1:9002;",
    asked: "weight: 65536",
    because: "Consul has no such weight, and a ring of that size takes Nginx seconds at every parse",
  },
  drain_without_sticky: {
    since: STICKY,
    block: "server 127.0.0.1:9001; server 127.0.0.1:9002 drain;",
    asked: "when_maintenance: drain",
    because: "without sticky no session can be recognised, and drain is no more than down",
  },
  drain_and_down: {
    since: STICKY,
    block: "sticky cookie c; server 127.0.0.1:9001; server 127.0.0.1:9002 drain down;",
    asked: null,
    because: "the last of the two wins",
  },
  route_without_sticky: {
    since: STICKY,
    block: "server 127.0.0.1:9001 route=a; server 127.0.0.1:9002;",
    asked: null,
    because: "without sticky it has no effect",
  },
  sticky_before_method: {
    since: STICKY,
    block: `sticky cookie c; least_conn; ${TWO}`,
    asked: null,
    because: "the method takes the place of sticky",
  },
  cookie_with_attributes: {
    since: STICKY,
    block: `sticky cookie "c;domain=x"; ${TWO}`,
    asked: "sticky: { cookie: 'c;domain=x' }",
    because: "Nginx looks at no character of the name and sends it as it is",
  },
  cookie_named_by_variable: {
    since: STICKY,
    block: `sticky cookie $arg_x; ${TWO}`,
    asked: "sticky: { cookie: $arg_x }",
    because: "the cookie is called $arg_x",
  },
  domain_with_attributes: {
    since: STICKY,
    block: `sticky cookie c "domain=a.test;x=y"; ${TWO}`,
    asked: "sticky: { cookie: c, domain: 'a.test;x=y' }",
    because: "what follows the semicolon becomes an attribute of the cookie",
  },
  cookie_expired: {
    since: STICKY,
    block: `sticky cookie c expires=0; ${TWO}`,
    asked: "sticky: { cookie: c, expires: '0' }",
    because: "the browser forgets the cookie at once",
  },
  repeated_zone: {
    since: BOTH,
    block: `zone a 64k; zone b 64k; ${TWO}`,
    asked: null,
    because: "one of the two is not used",
  },
} as const satisfies Readonly<Record<string, Trap>>;
