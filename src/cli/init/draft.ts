import { visible } from "../../config/visible.ts";
import { wrapped } from "../wrapped.ts";
import type { Entry, Found, Output } from "./found.ts";

/** The text of a configuration that a stranger understands, from what was found. It loads whatever was found. */
export function draft(found: Found): string {
  const parts = [
    header(found),
    consulPart(found),
    nginxPart(found),
    outputPart(found),
    statePart(found),
    defaultsPart(found),
    upstreamsPart(found),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function header({ schema }: Found): readonly string[] {
  return [
    `# yaml-language-server: $schema=${schema}`,
    "#",
    "# What upstreamd keeps true in Nginx. `upstreamd init` looked at this machine and wrote it; it is yours to change.",
    "# `upstreamd check` says whether it can work, `upstreamd diff` what it would change, `upstreamd run` keeps it true.",
  ];
}

function consulPart({ consul }: Found): readonly string[] {
  const { address, datacenter, namespace, partition, tokenFile, remarks } = consul;
  return [
    "consul:",
    ...remarks.flatMap(comment),
    `  address: ${scalar(address)}`,
    ...setting("datacenter", datacenter),
    ...setting("namespace", namespace),
    ...setting("partition", partition),
    ...(tokenFile === null
      ? [
          "  # A file with an ACL token that may read services and nodes, where Consul asks for one:",
          "  # token_file: /etc/upstreamd/token",
        ]
      : setting("token_file", tokenFile)),
  ];
}

function nginxPart({ nginx }: Found): readonly string[] {
  const { version, binary, config, prefix, pidFile, remark } = nginx;
  return [
    "nginx:",
    ...comment(remark ?? `This is Nginx ${version}. What is left out here is found out from its processes and its binary.`),
    ...(binary === null ? ["  # binary: /usr/sbin/nginx"] : setting("binary", binary)),
    ...(config === null ? ["  # config: /etc/nginx/nginx.conf"] : setting("config", config)),
    ...setting("prefix", prefix),
    ...setting("pid_file", pidFile),
  ];
}

function outputPart({ outputs: { http, stream } }: Found): readonly string[] {
  return ["output:", ...reasonOf(http), `  http: ${scalar(http.path)}`, ...streamPart(stream)];
}

/** Where nothing includes it the file would only lead astray. */
function streamPart(stream: Output): readonly string[] {
  return [
    "  # For upstreams with `protocol: stream`:",
    ...reasonOf(stream),
    `  ${stream.add === null ? "" : "# "}stream: ${scalar(stream.path)}`,
  ];
}

function reasonOf({ because, add }: Output): readonly string[] {
  return [...comment(because), ...(add === null ? [] : [`  #     ${oneLine(add)}`])];
}

function statePart({ stateDir }: Found): readonly string[] {
  return stateDir === null ? [] : ["# What survives a restart.", `state_dir: ${scalar(stateDir)}`];
}

function defaultsPart({ methods }: Found): readonly string[] {
  return [
    "# What holds for every upstream that says nothing else.",
    "defaults:",
    ...comment(`How Nginx balances. This one has ${methods.join(", ")}.`),
    "  # With a key it is written { hash: $request_uri, consistent: true }.",
    "  algorithm: round_robin",
    "  # Idle connections to the servers that each worker keeps open, and when a server is left alone for a while:",
    "  # keepalive: 32",
    "  # max_fails: 3",
    "  # fail_timeout: 10s",
  ];
}

function upstreamsPart({ entries, unfit }: Found): readonly string[] {
  const isEmpty = entries.every(({ off }) => off !== null);
  const missing =
    unfit === 0 ? [] : comment(`${unfit} more services have names that no upstream can have: give them one with service: NAME.`);
  return [
    "# The name of an upstream, as in `proxy_pass http://NAME;`, and where its servers are from: {} is the Consul service of that name.",
    ...(isEmpty ? ["# Name at least one: take the {} away and the # from what is below."] : []),
    `upstreams:${isEmpty ? " {}" : ""}`,
    ...(entries.length === 0 ? EXAMPLES : entries.flatMap(entryLines)),
    ...missing,
  ];
}

const EXAMPLES = ["  # api: {}", "  # web: { service: web-frontend, algorithm: least_conn }"];

/** A reason is given once for all that follow it and have the same. */
function entryLines({ name, off }: Entry, i: number, all: readonly Entry[]): readonly string[] {
  if (off === null) return [`  ${key(name)}: {}`];
  return [...(all[i - 1]?.off === off ? [] : comment(`${off}:`)), `  # ${key(name)}: {}`];
}

function setting(name: string, value: string | null): readonly string[] {
  return value === null ? [] : [`  ${name}: ${scalar(value)}`];
}

const WIDTH = 120;

/** One line, or several; nothing of it can be anything but a comment. */
function comment(text: string | null): readonly string[] {
  return text === null ? [] : wrapped(oneLine(text), WIDTH).map((line) => `  # ${line}`);
}

function oneLine(text: string): string {
  return visible(text).replaceAll("\n", " ");
}

/** A path or an address as YAML has it; JSON is YAML. */
function scalar(text: string): string {
  return /^[A-Za-z/][\w./:@+-]*$/.test(text) && !text.endsWith(":") ? text : JSON.stringify(text);
}

/** YAML takes some names for numbers or truth. */
function key(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name) ? name : JSON.stringify(name);
}
