import { canonicalAddress } from "../address.ts";
import type { Protocol } from "../settings.ts";
import type { Server } from "../upstream.ts";
import { parseSeconds } from "./time.ts";

/**
 * Reads the words after `server`, whoever wrote them: parameters that the model lacks are ignored, and of a repeated one
 * the last counts, as in Nginx. A host name keeps its name as address; what has no port (`unix:...`) has port 0.
 */
export function readServer(words: readonly string[], protocol: Protocol): Server {
  const [endpoint = "", ...parameters] = words;
  const values = new Map(parameters.map(splitParameter));
  return {
    ...readEndpoint(endpoint, protocol),
    weight: wholeNumber(values.get("weight")) ?? 1,
    state: values.has("down") ? "down" : "up",
    backup: values.has("backup"),
    maxConns: wholeNumber(values.get("max_conns")),
    maxFails: wholeNumber(values.get("max_fails")),
    failTimeout: parseSeconds(values.get("fail_timeout") ?? ""),
  };
}

/** As Nginx takes it apart: brackets around IPv6, and port 80 where http has none. */
function readEndpoint(text: string, protocol: Protocol): { address: string; port: number } {
  const parts = /^(?:\[(?<six>[^[\]]+)\]|(?<host>[^:/[\]]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  const host = parts?.["six"] ?? parts?.["host"];
  if (host === undefined) return { address: text, port: 0 };
  const port = parts?.["port"] ?? (protocol === "http" ? "80" : "0");
  return { address: canonicalAddress(host) ?? host, port: Number(port) };
}

/** `weight=5` and `down` as a name with what follows the first `=`. */
function splitParameter(word: string): readonly [string, string] {
  const equals = word.indexOf("=");
  return equals === -1 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
