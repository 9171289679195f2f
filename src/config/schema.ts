import * as z from "zod";
import { parseConsulAddress } from "./consul-address.ts";
import { parseListen } from "./listen.ts";
import { NOT_YET, NOT_YET_VALUES, notYetText } from "./not-yet.ts";
import { upstreamSchema } from "./upstream-schema.ts";
import { duration, EXPECTED, refuse, section, share, text, texts, wholeNumber, yesOrNo } from "./values.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Where http upstreams go when nothing else is said. */
export const DEFAULT_HTTP_OUTPUT = "/etc/nginx/conf.d/upstreamd.conf";

/** Built once: a schema is slow to make. */
const upstream = upstreamSchema();

/** The configuration file: its keys, their types, built-in defaults and descriptions, in one place. */
export const fileSchema = section(
  {
    consul: consulSection().prefault({}).meta({ description: "How Consul is reached." }),
    nginx: nginxSection().prefault({}).meta({ description: "Which Nginx, and how it is tested, told and checked." }),
    output: outputSection().prefault({}).meta({ description: "The files that are written." }),
    state_dir: text("a path").optional().meta({ description: "What survives a restart; /var/lib/upstreamd, or per user when not root." }),
    admin: adminSection().prefault({}).meta({ description: "The HTTP interface for reading." }),
    apply: section({ min_interval: duration(0, HOUR).default(1_000).meta({ description: "From one reload signal to the next." }) })
      .prefault({})
      .meta({ description: "How often Nginx is reloaded." }),
    safety: safetySection().prefault({}).meta({ description: "The brake on a mass fall." }),
    defaults: upstream.prefault({}).meta({ description: "What holds for every upstream that does not say otherwise." }),
    upstreams: z
      .record(z.string(), upstream, { error: "a mapping of names to settings, such as { api: {} }" })
      .optional()
      .meta({ description: "The upstreams by name." }),
    templates: z
      .array(templateSection(), { error: "a list such as [{ source: ./sites.conf.hbs, destination: /etc/nginx/conf.d/sites.conf }]" })
      .default([])
      .meta({ description: "Files that templates of your own print (docs/templates.md)." }),
  },
  NOT_YET.file,
);

/** The file as it is after the check, with the built-in defaults of every section but those of upstreams. */
export type FileSettings = z.output<typeof fileSchema>;
export type UpstreamOptions = z.output<typeof upstream>;

function consulSection() {
  const shape = {
    address: consulAddress().default("http://127.0.0.1:8500").meta({ description: "The address of the agent." }),
    token: text("a token").optional().meta({ description: "The ACL token; better in token_file." }),
    token_file: text("a path").optional().meta({ description: "A file that holds the ACL token." }),
    datacenter: text("the name of a datacenter")
      .optional()
      .meta({ description: "Where services are looked for; the agent's own when not given." }),
    namespace: text("the name of a namespace").optional().meta({ description: "The namespace of the services (Consul Enterprise)." }),
    partition: text("the name of a partition").optional().meta({ description: "The admin partition of the services (Consul Enterprise)." }),
    stale: duration(0, HOUR).default(2_000).meta({ description: "The age of an answer that is still believed; 0 asks the leader." }),
    wait: duration(1_000, 10 * MINUTE)
      .default(MINUTE)
      .meta({ description: "How long one blocking query may last." }),
    connections: wholeNumber(1, 10_000).default(150).meta({ description: "Connections that the watches may hold together." }),
  };
  return section(shape, NOT_YET.consul);
}

function nginxSection() {
  return section({
    binary: text("a path").optional().meta({ description: "The nginx binary; found out when not given." }),
    config: text("a path").optional().meta({ description: "What `nginx -t` tests; found out when not given." }),
    prefix: text("a path").optional().meta({ description: "Nginx's prefix; found out when not given." }),
    args: texts("a list of arguments").optional().meta({ description: "Further arguments of nginx; the running master's when not given." }),
    pid_file: text("a path").optional().meta({ description: "Nginx's pid file; found out when not given." }),
    reload: reload().default("signal").meta({ description: "How Nginx is told: by signal, not at all, or by a command." }),
    verify: verify().default("workers").meta({ description: "How a reload is proven." }),
    timeout: duration(1, HOUR).default(10_000).meta({ description: "For each nginx process that is started." }),
    process_limit: wholeNumber(3, 1_000_000)
      .default(900)
      .meta({ description: "No reload is begun that could bring Nginx above so many processes." }),
  });
}

function outputSection() {
  return section({
    http: text("a path").optional().meta({ description: "The file for http upstreams.", default: DEFAULT_HTTP_OUTPUT }),
    stream: text("a path").optional().meta({ description: "The file for stream upstreams; it has no default." }),
  });
}

function templateSection() {
  return section({
    source: text("a path").meta({ description: "The template." }),
    destination: text("a path").meta({ description: "The file that it prints." }),
  });
}

function adminSection() {
  const shape = {
    listen: listen().optional().meta({ description: "127.0.0.1:PORT; off when not given." }),
    allow_remote: yesOrNo().default(false).meta({ description: "Whether listen may be an address that other machines reach." }),
  };
  return section(shape, NOT_YET.admin);
}

function safetySection() {
  return section({
    max_drop: share().default(0.5).meta({ description: "The share of an upstream's servers that may vanish at once." }),
    window: duration(0, HOUR).default(5_000).meta({ description: "The time over which a fall is measured." }),
    confirm: duration(0, 24 * HOUR)
      .default(30_000)
      .meta({ description: "How long a mass fall must stand until it is believed." }),
    max_servers: wholeNumber(1, 1_000_000)
      .default(10_000)
      .meta({ description: "More servers than this in one upstream are not believed." }),
  });
}

function consulAddress() {
  return text("an address such as http://127.0.0.1:8500").transform((written, ctx) => {
    const parsed = parseConsulAddress(written);
    if ("address" in parsed) return parsed.address;
    return "refused" in parsed ? refuse(ctx, parsed.refused) : refuse(ctx, parsed.expected, EXPECTED);
  });
}

function listen() {
  const expected = "an address and a port such as 127.0.0.1:9150";
  return text(expected).transform((written, ctx) => parseListen(written) ?? refuse(ctx, expected, EXPECTED));
}

function reload() {
  const error = "signal, none, or a command as a list of texts";
  return z.union([z.literal("signal"), z.literal("none"), texts(error).min(1, { error })], { error });
}

function verify() {
  const stamp = z.looseObject({ stamp: z.unknown() });
  return z.union([z.literal("workers"), z.literal("none"), stamp], { error: "workers or none" }).transform((written, ctx) => {
    return typeof written === "string" ? written : refuse(ctx, notYetText(NOT_YET_VALUES.stamp));
  });
}
