/** What people know from other editions of Nginx, and no open source version has, inside `upstream` or beside it. */
export interface Elsewhere {
  readonly from: string;
  /** Directives and parameters: as they would stand in a block. */
  readonly example: string;
  readonly is: "method" | "directive" | "parameter";
  /** What to do with what there is, as an imperative. */
  readonly instead: string;
}

const PLUS = "NGINX Plus";
const TENGINE = "Tengine";
const MODULE = "a module of somebody else";
const CONSUL_CHECKS = "let Consul check: what is not healthy there gets no requests";

export const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  fair: { from: MODULE, is: "method", example: "fair", instead: "use algorithm: least_conn" },
  least_bandwidth: { from: "other balancers", is: "method", example: "least_bandwidth", instead: "use algorithm: least_conn" },
  "random two least_time": {
    from: PLUS,
    is: "method",
    example: "random two least_time=header",
    instead: "use algorithm: { random: [two, least_conn] }",
  },
  queue: { from: PLUS, is: "directive", example: "queue 10", instead: "use max_conns, and proxy_next_upstream where you proxy" },
  ntlm: { from: PLUS, is: "directive", example: "ntlm", instead: "use stream for such a service" },
  state: { from: PLUS, is: "directive", example: "state /tmp/u.state", instead: "remove it: the file that upstreamd writes is the state" },
  health_check: { from: PLUS, is: "directive", example: "health_check", instead: CONSUL_CHECKS },
  match: { from: PLUS, is: "directive", example: "match x", instead: CONSUL_CHECKS },
  check: { from: TENGINE, is: "directive", example: "check interval=3000", instead: CONSUL_CHECKS },
  status_zone: { from: PLUS, is: "directive", example: "status_zone u", instead: "remove it" },
  slow_start: {
    from: PLUS,
    is: "parameter",
    example: "slow_start=30s",
    instead: "give new instances a lower weight in Consul for a while",
  },
  id: { from: PLUS, is: "parameter", example: "id=1", instead: "remove it" },
  session_sticky: { from: TENGINE, is: "directive", example: "session_sticky", instead: "use sticky: { cookie: NAME }" },
  dynamic_resolve: { from: TENGINE, is: "directive", example: "dynamic_resolve", instead: "remove it: addresses come from Consul" },
  jdomain: { from: MODULE, is: "directive", example: "jdomain a.test", instead: "remove it: addresses come from Consul" },
};
