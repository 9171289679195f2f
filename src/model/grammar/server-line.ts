import { canonicalAddress } from "../address.ts";
import type { Protocol } from "../settings.ts";
import type { Server } from "../upstream.ts";
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
    state: lastValue("down", words) === undefined ? "up" : "down",
    backup: lastValue("backup", words) !== undefined,
    maxConns: wholeNumber(lastValue("max_conns", words)),
    maxFails: wholeNumber(lastValue("max_fails", words)),
    failTimeout: parseSeconds(lastValue("fail_timeout", words) ?? ""),
  };
}

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

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
