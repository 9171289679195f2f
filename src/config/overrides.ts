import { resolve } from "node:path";
import type { Path } from "./issue.ts";

/** A setting that is given outside the file, and beats it. */
export interface Override {
  /** Where it would stand in the file: `consul.address`. */
  readonly path: string;
  readonly value: unknown;
  /** Who gave it, for messages: `--consul-address`, or a variable's name. */
  readonly source: string;
}

/** What the command line and the environment say, flags having beaten variables already. */
export interface Overrides {
  readonly settings: readonly Override[];
  /** A file with the ACL token, with the flag or variable that named it. */
  readonly tokenFile: { readonly path: string; readonly source: string } | null;
  /** The ACL token itself, where it came by stdin. */
  readonly tokenText: string | null;
  /** `least_conn`, or with arguments as `hash=$request_uri,consistent`: replaces `defaults.algorithm`. */
  readonly algorithm: string | null;
  /** The version of Nginx to assume. */
  readonly nginxVersion: string | null;
}

export const NO_OVERRIDES: Overrides = { settings: [], tokenFile: null, tokenText: null, algorithm: null, nginxVersion: null };

/** The settings that name a file or folder. */
const PATH_SETTINGS: readonly string[] = [
  "consul.token_file",
  "nginx.binary",
  "nginx.config",
  "nginx.prefix",
  "nginx.pid_file",
  "output.http",
  "output.stream",
  "state_dir",
];

/** The file's value with the overrides in place; their relative paths begin at `cwd`, and the value given is left as it is. */
export function withOverrides(value: unknown, overrides: readonly Override[], cwd: string): unknown {
  return overrides.reduce((result, { path, value: inner }) => put(result, path.split("."), absolute(path, inner, cwd)), value);
}

/** The file's value with every path in it absolute; a relative one begins at the file's folder. */
export function withAbsolutePaths(value: unknown, folder: string): unknown {
  const settled = PATH_SETTINGS.reduce((result, path) => {
    const written = get(result, path.split("."));
    return typeof written === "string" ? put(result, path.split("."), absolute(path, written, folder)) : result;
  }, value);
  const templates = get(settled, ["templates"]);
  return Array.isArray(templates)
    ? put(
        settled,
        ["templates"],
        templates.map((template: unknown) => withAbsoluteEnds(template, folder)),
      )
    : settled;
}

/** A template with both of its paths absolute. */
function withAbsoluteEnds(template: unknown, folder: string): unknown {
  return ["source", "destination"].reduce((result, key) => {
    const written = get(result, [key]);
    return typeof written === "string" && written !== "" ? put(result, [key], resolve(folder, written)) : result;
  }, template);
}

/** The override that a path of the merged value comes from. */
export function overrideAt(path: Path, overrides: readonly Override[]): Override | undefined {
  const dotted = path.map(String).join(".");
  return overrides.findLast((override) => dotted === override.path || dotted.startsWith(`${override.path}.`));
}

/** A bare name of a binary is looked up by whoever starts it, so it stays. */
function absolute(path: string, value: unknown, folder: string): unknown {
  if (!PATH_SETTINGS.includes(path) || typeof value !== "string" || value === "") return value;
  return path === "nginx.binary" && !value.includes("/") ? value : resolve(folder, value);
}

function get(target: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isMapping(inner) ? inner[key] : undefined), target);
}

/** Where a part of the way is no mapping, it stays for the schema to refuse. */
function put(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const mapping = target ?? {};
  return isMapping(mapping) ? { ...mapping, [key]: put(mapping[key], rest, value) } : target;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
