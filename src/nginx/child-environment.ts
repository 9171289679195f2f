/** What is ours alone: Consul's variables hold the token, systemd's would let a child speak for us, `NGINX` hands sockets on. */
const OURS = /^(CONSUL_|UPSTREAMD_|NOTIFY_SOCKET$|WATCHDOG_|LISTEN_|NGINX$)/;

/** The environment of a child: ours without secrets and without what concerns only us. */
export function childEnvironment(parent: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(parent).filter(([name]) => !OURS.test(name)));
}
