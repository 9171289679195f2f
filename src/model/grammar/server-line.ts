import { canonicalAddress } from "../address.ts";
import { SERVER_PARAMETERS } from "../capabilities/server-parameters.ts";
import type { Protocol } from "../settings.ts";
import type { Server, ServerState } from "../upstream.ts";
import { parseSeconds } from "./time.ts";

/**
 * Reads the words after `server`, whoever wrote them: parameters that the model lacks are ignored, and of a repeated one
 * the last counts, as in Nginx. A host name keeps its name as address; what has no port (`unix:...`) has port 0.
 */
export function readServer(words: readonly string[], protocol: Protocol): Server {
  const { address, port } = readEndpoint(words[0] ?? "", protocol);
  return {
    address,
    port,
    weight: wholeNumber(lastValue("weight", words)) ?? 1,
    state: readState(words),
    backup: lastValue("backup", words) !== undefined,
    maxConns: wholeNumber(lastValue("max_conns", words)),
    maxFails: wholeNumber(lastValue("max_fails", words)),
    failTimeout: parseSeconds(lastValue("fail_timeout", words) ?? ""),
    route: lastValue("route", words) ?? null,
  };
}

/**
 * The words behind a server's address, in the order of their table. What the operator asked for is printed even where it is
 * Nginx's default, so that the file says what he said.
 */
export function parametersOf(server: Server): readonly string[] {
  const values: Readonly<Record<string, string | number | boolean | null>> = {
    weight: server.weight === 1 ? null : server.weight,
    max_conns: server.maxConns,
    max_fails: server.maxFails,
    fail_timeout: server.failTimeout === null ? null : `${server.failTimeout}s`,
    route: server.route,
    backup: server.backup,
    down: server.state === "down",
    drain: server.state === "drain",
  };
  const words: string[] = [];
  for (const name of IN_ORDER) {
    const value = values[name] ?? false;
    if (value !== false) words.push(value === true ? name : `${name}=${value}`);
  }
  return words;
}

const IN_ORDER = Object.keys(SERVER_PARAMETERS);

/** As Nginx takes it apart: brackets around IPv6, and port 80 where http has none. */
function readEndpoint(text: string, protocol: Protocol): { address: string; port: number } {
  const [, six, name, port = protocol === "http" ? "80" : "0"] = ENDPOINT.exec(text) ?? [];
  const host = six ?? name;
  return host === undefined ? { address: text, port: 0 } : { address: canonicalAddress(host) ?? host, port: Number(port) };
}

const ENDPOINT = /^(?:\[([^[\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?$/;

/** What follows the first `=` of the last parameter of this name: empty in `down`, undefined where there is none. */
function lastValue(name: string, words: readonly string[]): string | undefined {
  for (let i = words.length - 1; i > 0; i--) {
    const word = words[i] ?? "";
    if (word === name) return "";
    if (word.startsWith(name) && word[name.length] === "=") return word.slice(name.length + 1);
  }
  return undefined;
}

/** Of `down` and `drain` the last one counts (facts: Sticky sessions). */
function readState(words: readonly string[]): ServerState {
  for (let i = words.length - 1; i > 0; i--) {
    const word = words[i];
    if (word === "down" || word === "drain") return word;
  }
  return "up";
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
