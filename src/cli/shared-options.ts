import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { DURATION_EXAMPLES, parseDuration } from "../config/duration.ts";
import { common, type Frame } from "./frame.ts";
import type { OwnOverrides, SourceOptions } from "./options.ts";

/** What commander keeps of the options below for a command that has them all. */
interface RawSource extends OwnOverrides {
  readonly from?: string | undefined;
  readonly service: readonly string[];
  readonly timeout: number;
}

/** Where the members of upstreams come from, for a command with the options of this file. */
export function sourceOptions(frame: Frame, { from, service, timeout, ...own }: RawSource): SourceOptions {
  return { ...common(frame, own), from: from ?? null, services: service, timeoutMs: timeout };
}

/** An option whose value was forgotten would take the next option for it. */
export function plain(text: string): string {
  if (text !== "" && !text.startsWith("--")) return text;
  throw new InvalidArgumentError("Expected a value.");
}

export function fromOption() {
  return new Option("--from <FILE>", "a snapshot instead of Consul").argParser(plain);
}

export function serviceOption() {
  return new Option("--service <NAME>", "this service instead of the file's upstreams; needs no file; repeatable")
    .argParser((name: string, earlier: readonly string[]) => [...earlier, plain(name)])
    .default([] as readonly string[], "the file's");
}

export function algorithmOption() {
  return new Option(
    "--algorithm <A>",
    "the method where an upstream names none: least_conn, hash=$request_uri,consistent, random=two, ...",
  );
}

export function nginxVersionOption() {
  return new Option("--nginx-version <V>", "render for this version of Nginx").argParser((text: string) => {
    if (/^\d+\.\d+(\.\d+)?$/.test(text)) return text;
    throw new InvalidArgumentError("Expected a version such as 1.22.1.");
  });
}

export function timeoutOption(seconds = 30) {
  return new Option("--timeout <DURATION>", "how long Consul may take").default(seconds * 1000, `${seconds}s`).argParser((text: string) => {
    const ms = parseDuration(text);
    if (ms !== null && ms > 0) return ms;
    throw new InvalidArgumentError(`Expected ${DURATION_EXAMPLES}.`);
  });
}
