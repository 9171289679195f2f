/** A setting that people change between hosts: it has a flag and a variable, and most have a place in the file. */
export interface SettingFlag {
  readonly flag: string;
  readonly short?: string;
  readonly argument: string;
  readonly variable: string;
  /** Where it stands in the configuration file; null where it has no place there. */
  readonly setting: string | null;
  readonly description: string;
}

const row = (flag: string, argument: string, setting: string | null, description: string): SettingFlag => {
  const variable = `UPSTREAMD_${flag.slice(2).toUpperCase().replaceAll("-", "_")}`;
  return { flag, argument, variable, setting, description };
};

/** All of them, in the order of the help; options, overrides and documentation come from here. */
export const SETTING_FLAGS: readonly SettingFlag[] = [
  { ...row("--config", "FILE", null, "the configuration (default: ./upstreamd.yaml, then /etc/upstreamd/upstreamd.yaml)"), short: "-c" },
  row("--log-level", "LEVEL", null, "error, warn, info or debug (default: info)"),
  row("--log-format", "FORMAT", null, "text or json (default: text)"),
  row("--token-file", "FILE", "consul.token_file", "a file with the ACL token; - reads it from stdin"),
  row("--consul-address", "URL", "consul.address", "the address of the Consul agent"),
  row("--datacenter", "NAME", "consul.datacenter", "the datacenter in which services are looked for"),
  row("--namespace", "NAME", "consul.namespace", "the namespace of the services"),
  row("--partition", "NAME", "consul.partition", "the admin partition of the services"),
  row("--output-http", "FILE", "output.http", "the file for http upstreams"),
  row("--output-stream", "FILE", "output.stream", "the file for stream upstreams"),
  row("--state-dir", "DIR", "state_dir", "the folder for what survives a restart"),
  row("--nginx-binary", "FILE", "nginx.binary", "the nginx binary"),
  row("--nginx-config", "FILE", "nginx.config", "the configuration that nginx -t tests"),
  row("--nginx-prefix", "DIR", "nginx.prefix", "Nginx's prefix"),
  row("--nginx-pid-file", "FILE", "nginx.pid_file", "Nginx's pid file"),
  row("--admin-listen", "ADDRESS", "admin.listen", "the address and port of the HTTP interface"),
];
