import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../src/config/environment.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { NO_OVERRIDES, type Overrides } from "../../src/config/overrides.ts";
import type { Configuration } from "../../src/model/configuration.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { tempFolder } from "../support/tmp.ts";

export interface World {
  readonly variables?: Readonly<Record<string, string>>;
  readonly overrides?: Partial<Overrides>;
}

/** A folder with these files, as the present one of a root who has nothing in the environment. */
export function worldOf(files: Readonly<Record<string, string | Uint8Array>>, { variables = {} }: World = {}): Environment {
  const cwd = tempFolder("config");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return { variables, uid: 0, home: "/home/someone", cwd };
}

/** Loads this text as `c.yaml`. */
export async function load(text: string | Uint8Array, world: World = {}): Promise<Configuration> {
  return loadConfiguration({
    path: "c.yaml",
    overrides: { ...NO_OVERRIDES, ...world.overrides },
    environment: worldOf({ "c.yaml": text }, world),
  });
}

/** The one upstream of this text. */
export async function loadUpstream(text: string, name = "api") {
  const upstream = (await load(text)).settings.upstreams.find((candidate) => candidate.name === name);
  if (upstream === undefined) throw new Error(`no upstream ${name}`);
  return upstream;
}

/** The error that a promise ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<UpstreamdError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof UpstreamdError) return error;
  throw error;
}

/** The lines of the error with which this text is refused, without the first. */
export async function faultsOf(text: string | Uint8Array, world: World = {}): Promise<readonly string[]> {
  const { message } = await errorOf(load(text, world));
  return message
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}
