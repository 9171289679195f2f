/**
 * How a request failed: no connection, no answer in time, a status other than 2xx, a body that is no JSON, something
 * that is not how Consul speaks (a body that is too large, no HTTP), or given up by ourselves.
 */
export type ConsulErrorKind = "network" | "timeout" | "http" | "decode" | "protocol" | "aborted";

export interface ConsulErrorFacts {
  readonly kind: ConsulErrorKind;
  /** The status of the answer; null where there was none. */
  readonly status: number | null;
  /** A code of the system or of Node (`ECONNREFUSED`), or `TOO_LARGE`; null where there is none. */
  readonly code: string | null;
  /** What the agent wrote, or what is wrong, on one line; bounded. */
  readonly text: string;
}

/** A request to Consul that failed. It holds neither the token nor the request, the response or the error it came from. */
export class ConsulError extends Error {
  override readonly name = "ConsulError";
  readonly kind: ConsulErrorKind;
  readonly status: number | null;
  readonly code: string | null;
  readonly text: string;

  constructor(facts: ConsulErrorFacts) {
    super([facts.kind, facts.status, facts.code, facts.text].filter((part) => part !== null && part !== "").join(" "));
    this.kind = facts.kind;
    this.status = facts.status;
    this.code = facts.code;
    this.text = facts.text;
  }
}

const TEXT_LIMIT = 300;

/** Foreign text that may stand in a message: one line, no control characters, at most 300 characters. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, TEXT_LIMIT * 4)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .trim();
  return line.length > TEXT_LIMIT ? `${line.slice(0, TEXT_LIMIT)}...` : line;
}
