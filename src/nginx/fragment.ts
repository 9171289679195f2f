import { join } from "node:path";
import type { FileSet } from "../model/files.ts";
import { readConfiguration } from "./configuration-file.ts";

export interface Fragment {
  readonly config: string;
  readonly files: ReadonlyMap<string, string>;
  readonly realNames: ReadonlyMap<string, string>;
}

export interface FragmentRequest {
  readonly files: FileSet;
  /** Which of the files belong into `stream`. */
  readonly stream: ReadonlySet<string>;
  /** The arguments of the user's `load_module` lines. */
  readonly modules: readonly string[];
  /** Modules that this build lacks, by the names of `--without-...`. */
  readonly without: ReadonlySet<string>;
  readonly root: string;
}

/** Folders that Nginx would otherwise make in its own places, by the module that makes them. */
const TEMPORARY = {
  client_body: null,
  proxy: "http_proxy_module",
  fastcgi: "http_fastcgi_module",
  uwsgi: "http_uwsgi_module",
  scgi: "http_scgi_module",
};

/** A configuration that holds nothing but the files to be tested, and leaves nothing outside of `root`. */
export function fragmentOf({ files, stream, modules, without, root }: FragmentRequest): Fragment {
  const copies = [...files].map(([path, text], index) => ({ path, text, copy: join(root, "fragment", String(index)) }));
  const includes = (isStream: boolean) =>
    copies.filter(({ path }) => stream.has(path) === isStream).map(({ copy }) => `  include "${copy}";`);
  const temporary = Object.entries(TEMPORARY).filter(([, module]) => module === null || !without.has(module));
  const lines = [
    ...modules.map((module) => `load_module "${module}";`),
    `pid "${join(root, "nginx.pid")}";`,
    `error_log "${join(root, "error.log")}";`,
    "events {}",
    "http {",
    "  access_log off;",
    ...temporary.map(([name]) => `  ${name}_temp_path "${join(root, name)}";`),
    ...includes(false),
    "}",
    ...(includes(true).length > 0 ? ["stream {", ...includes(true), "}"] : []),
  ];
  const config = join(root, "fragment.conf");
  return {
    config,
    files: new Map([[config, `${lines.join("\n")}\n`], ...copies.map(({ copy, text }) => [copy, text] as const)]),
    realNames: new Map([[config, "the test of the generated files alone"], ...copies.map(({ copy, path }) => [copy, path] as const)]),
  };
}

/** Only upstreams mean the same without what surrounds them; anything else may need what the user's files define. */
export function standsAlone(text: string): boolean {
  const file = readConfiguration(text);
  return "because" in file || (file.includes.length === 0 && file.outermost.every(({ name }) => name === "upstream"));
}
