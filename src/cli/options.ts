import type { Override, Overrides } from "../config/overrides.ts";
import { didYouMean } from "../config/suggest.ts";
import { UpstreamdError } from "../support/errors.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogLevel } from "../support/log.ts";
import type { Io } from "./io.ts";
import { SETTING_FLAGS } from "./settings-flags.ts";

/** What every command is handed. */
export interface CommandOptions {
  /** The configuration file that was asked for; null: the first default one. */
  readonly config: string | null;
  readonly logLevel: LogLevel;
  readonly logFormat: (typeof LOG_FORMATS)[number];
  /** Whether stdout may be coloured. */
  readonly color: boolean;
  /** What flags and variables say of the configuration. */
  readonly overrides: Overrides;
}

/** What decides where the members of upstreams come from. */
export interface SourceOptions extends CommandOptions {
  /** A snapshot instead of Consul. */
  readonly from: string | null;
  /** Names of services that replace the file's upstreams; none: the file's. */
  readonly services: readonly string[];
  readonly timeoutMs: number;
}

export interface RunOptions extends CommandOptions {
  readonly adopt: boolean;
}

export interface RenderOptions extends SourceOptions {
  readonly write: boolean;
  readonly out: string | null;
  readonly adopt: boolean;
}

export interface DiffOptions extends SourceOptions {
  /** A second snapshot, compared with `from`. */
  readonly to: string | null;
  readonly against: string | null;
  readonly json: boolean;
}

export interface CheckOptions extends CommandOptions {
  /** A snapshot instead of Consul. */
  readonly from: string | null;
  readonly timeoutMs: number;
  readonly json: boolean;
  /** Whether warnings count like errors. */
  readonly strict: boolean;
}

export interface ExplainOptions extends SourceOptions {
  /** The only upstream to explain; null: all. */
  readonly upstream: string | null;
  readonly json: boolean;
}

export interface SnapshotOptions extends CommandOptions {
  readonly out: string | null;
  readonly timeoutMs: number;
}

export interface InitOptions extends CommandOptions {
  readonly out: string | null;
  /** For Consul to answer. */
  readonly timeoutMs: number;
}

export interface StatusOptions extends CommandOptions {
  readonly json: boolean;
  readonly watch: boolean;
}

export interface DemoOptions extends CommandOptions {
  /** 1 is normal, 2 twice as quick, infinite without pauses; null: as suits who watches. */
  readonly speed: number | null;
  /** Which steps, as they were asked for; null: all. */
  readonly steps: string | null;
  /** Only say which steps there are. */
  readonly list: boolean;
}

/** What a command adds to the overrides by options of its own. */
export interface OwnOverrides {
  readonly algorithm?: string | undefined;
  readonly nginxVersion?: string | undefined;
}

/** Brings global flags and variables together, flags first. Throws `USAGE` where a value is not one of its words. */
export function commandOptions(raw: Readonly<Record<string, unknown>>, io: Io, own: OwnOverrides = {}): CommandOptions {
  const given = givenSettings(raw, io.env);
  return {
    config: given.get("--config")?.value ?? null,
    logLevel: oneOf(given.get("--log-level"), LOG_LEVELS, "info"),
    logFormat: oneOf(given.get("--log-format"), LOG_FORMATS, "text"),
    color: raw["color"] !== false && isColourful(io),
    overrides: overridesOf(given, own),
  };
}

function isColourful({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

interface Given {
  readonly value: string;
  /** The flag or the variable. */
  readonly source: string;
}

/** By flag, what was given for it; an empty variable counts as not set. */
function givenSettings(raw: Readonly<Record<string, unknown>>, env: Io["env"]): ReadonlyMap<string, Given> {
  const entries = SETTING_FLAGS.flatMap(({ flag, variable }): readonly (readonly [string, Given])[] => {
    const value = raw[attributeOf(flag)];
    if (typeof value === "string") return [[flag, { value, source: flag }]];
    const fromEnvironment = env[variable] ?? "";
    return fromEnvironment === "" ? [] : [[flag, { value: fromEnvironment, source: variable }]];
  });
  return new Map(entries);
}

/** The name under which commander keeps a flag's value. */
function attributeOf(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function overridesOf(given: ReadonlyMap<string, Given>, own: OwnOverrides): Overrides {
  const token = given.get("--token-file");
  const settings = SETTING_FLAGS.flatMap(({ flag, setting }): readonly Override[] => {
    const value = given.get(flag);
    return value === undefined || setting === null || flag === "--token-file" ? [] : [{ path: setting, ...value }];
  });
  return {
    settings,
    tokenFile: token === undefined ? null : { path: token.value, source: token.source },
    tokenText: null,
    algorithm: own.algorithm ?? null,
    nginxVersion: own.nginxVersion ?? null,
  };
}

function oneOf<Word extends string>(given: Given | undefined, words: readonly Word[], otherwise: Word): Word {
  if (given === undefined) return otherwise;
  const word = words.find((candidate) => candidate === given.value);
  if (word !== undefined) return word;
  const message = `Cannot use ${given.source}: found ${JSON.stringify(given.value)}, expected one of ${words.join(", ")}.${didYouMean(given.value, words)}`;
  throw new UpstreamdError("USAGE", message, "Run upstreamd --help to see all options.");
}
